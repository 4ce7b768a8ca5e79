import type { Patient } from './patient.ts';
import type { RecoveryHost } from './restart-recovery.ts';

/** Whether a restart helped. `undefined`: there is nothing left to judge. */
export type Verification =
  | { readonly effective: true }
  | { readonly effective: false; readonly reason: string }
  | { readonly effective: undefined; readonly how: 'gone' | 'retired' };

/** At the latest after so long it is looked again, besides when something happens. */
const LOOK_EVERY = 1_000;

/**
 * Waits until the restarted target was fine for the whole hold. That it runs is not enough; where a probe looks, it must
 * have found this incarnation healthy.
 */
export async function verifyRestart(
  { policy, clock, bell, probeFor, look }: Pick<RecoveryHost, 'policy' | 'clock' | 'bell' | 'probeFor' | 'look'>,
  patient: Patient,
  signal: AbortSignal,
): Promise<Verification> {
  const { hold, within } = policy.verify;
  const isProbed = probeFor?.(patient.target) !== undefined;
  const begin = clock.now();
  let fineSince: number | undefined;
  for (;;) {
    const now = clock.now();
    const { is } = patient.sighting.condition;
    if (is === 'stopped') {
      if (patient.assessment.is === 'retired') return { effective: undefined, how: 'retired' };
      return { effective: false, reason: 'it ended again' };
    }
    if (is === 'restarting') return { effective: false, reason: 'it ended again, and its engine restarts it' };
    fineSince = patient.isFine && (!isProbed || patient.checks.at(-1) === true) ? (fineSince ?? now) : undefined;
    if (fineSince !== undefined && now - fineSince >= hold) return { effective: true };
    if (fineSince === undefined && now - begin >= within) {
      const reason = patient.isFine ? 'its probe did not find it healthy' : 'it did not become healthy';
      return { effective: false, reason };
    }
    const left = fineSince === undefined ? LOOK_EVERY : hold - (now - fineSince);
    await bell.wait(clock, Math.min(LOOK_EVERY, left), signal);
    if (!(await look(patient))) return { effective: undefined, how: 'gone' };
  }
}

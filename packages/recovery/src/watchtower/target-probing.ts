import { type Clock, type Logger, messageOf } from '@bridge/chaos-core';
import { checkInTime } from '../probe/check-in-time.ts';
import { type AnyProbeSpec, openProbe } from '../probe/open-probe.ts';
import type { Patient } from './patient.ts';
import type { WatchedTarget } from './watched-target.ts';

/** Which probe looks at a target from outside, beside its own health check. */
export type ProbeFor = (target: WatchedTarget) => AnyProbeSpec | undefined;

interface ProbingParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly remember: number;
  /** Something was learnt about the patient. */
  checked(patient: Patient): void;
}

/** Looks at one incarnation of a target with its probe until the signal aborts, as it does when the incarnation ends. */
export async function probeTarget(
  spec: AnyProbeSpec,
  patient: Patient,
  { clock, log, remember, checked }: ProbingParts,
  signal: AbortSignal,
): Promise<void> {
  const { name } = patient.target;
  const probe = await openProbe(spec, { clock, log });
  try {
    while (!signal.aborted) {
      const { health } = await checkInTime(probe, clock, signal);
      // An answer about an incarnation that ended meanwhile says nothing about the next.
      signal.throwIfAborted();
      // Unknown says nothing about the target.
      if (health !== 'unknown') patient.checks = [...patient.checks, health === 'healthy'].slice(-remember);
      checked(patient);
      await clock.sleep(probe.every, { signal, ref: false });
    }
  } catch (error) {
    if (!signal.aborted) log.warn({ target: name, error: messageOf(error) }, 'the probe of a watched target failed');
  } finally {
    await probe.close();
  }
}

import type { Leadership, Standing } from '../leadership/leadership.ts';
import type { Patient } from './patient.ts';
import type { DependencyOrder } from './policy/dependency-order.ts';
import type { StormBrake } from './policy/storm-brake.ts';
import { TokenBucket } from './policy/token-bucket.ts';
import type { WatchPolicy } from './policy/watch-policy.ts';
import type { Deferral } from './watchtower-events.ts';

export type Leading = Extract<Standing, { readonly role: 'leader' }>;

/** May it be restarted now? `retryIn`: when to ask again at the latest; a change of standing is told by the bell. */
export type Clearance =
  | { readonly cleared: true; readonly standing: Leading; readonly slot: Disposable }
  | { readonly cleared: false; readonly reason: Deferral; readonly retryIn: number };

const LONG = 60_000;
/** What others need comes back without a bell: a probe sees it. */
const SOON = 1_000;

export interface ClearanceParts {
  readonly policy: WatchPolicy;
  readonly leadership: Leadership;
  readonly storms: StormBrake;
  /** Who has to be back before whom; undefined where nobody knows. */
  readonly order: DependencyOrder | undefined;
  /** Every watched target that still exists. */
  patients(): Iterable<Patient>;
  /** Why nothing may be done at all. */
  held(): string | undefined;
  /** A restart ended: somebody else may have its place. */
  freed(): void;
  /** What the storm of this group came from is back. */
  causeGone(group: string): void;
}

/** Everything that may forbid a restart, from the most general to the most specific. */
export class Clearances {
  readonly #parts: ClearanceParts;
  readonly #rate: TokenBucket;
  readonly #busy = new Map<string, number>();

  constructor(parts: ClearanceParts, now: number) {
    this.#parts = parts;
    this.#rate = new TokenBucket(parts.policy.rate.restarts, parts.policy.rate.per, now);
  }

  ask(patient: Patient, now: number): Clearance {
    const { policy, leadership, storms, held } = this.#parts;
    const { standing } = leadership;
    const { group } = patient.target;
    if (held() !== undefined) return wait('held');
    if (standing.role === 'unknown') return wait('leadership-unknown');
    if (standing.role === 'witness') return wait('witness', policy.leaderPatience);
    if (patient.care.is === 'gave-up') return wait('gave-up');
    const storm = storms.holds(group, now);
    if (this.#waitsForOthers(patient, now)) return wait('dependency', SOON);
    if (storm > 0) {
      if (!this.#isCauseGone(patient)) return wait('storm', storm);
      this.#parts.causeGone(group);
    }
    const members = [...this.#parts.patients()].filter(({ target }) => target.group === group);
    const most = Math.max(1, Math.floor(policy.group.concurrent * members.length));
    const busy = this.#busy.get(group) ?? 0;
    if (busy >= most) return wait('group-cap');
    if (patient.sighting.condition.is === 'running') {
      const available = members.filter((member) => member !== patient && member.isFine).length;
      if (available < policy.group.minAvailable) return wait('min-available');
    }
    const retryIn = this.#rate.take(now);
    if (retryIn > 0) return wait('rate', retryIn);
    this.#busy.set(group, busy + 1);
    return { cleared: true, standing, slot: { [Symbol.dispose]: () => this.#leave(group) } };
  }

  #waitsForOthers(patient: Patient, now: number): boolean {
    const { order, patients } = this.#parts;
    return order !== undefined && order.before(patient, patients(), now).length > 0;
  }

  #isCauseGone(patient: Patient): boolean {
    const { order, patients, storms } = this.#parts;
    return order?.isCauseGone(patient, patients(), storms.beganToGather(patient.target.group)) ?? false;
  }

  #leave(group: string): void {
    this.#busy.set(group, (this.#busy.get(group) ?? 1) - 1);
    this.#parts.freed();
  }
}

function wait(reason: Deferral, retryIn = LONG): Clearance {
  return { cleared: false, reason, retryIn };
}

import type { Assessment } from './policy/failure.ts';
import { SlidingCount } from './policy/sliding-count.ts';
import type { WatchPolicy } from './policy/watch-policy.ts';
import type { WatchSource } from './watch-source.ts';
import type { Sighting, WatchedTarget } from './watched-target.ts';

/** What is being done for a target. */
export type Care =
  | { readonly is: 'none' }
  /** Failed in the first look after the start, which changes nothing. */
  | { readonly is: 'dry-run' }
  | { readonly is: 'recovering'; readonly attempt: number; readonly step: 'waiting' | 'acting' | 'verifying' }
  | { readonly is: 'gave-up' };

/** One watched target over all its incarnations: what was seen last, what was done, what is left of its budget. */
export class Patient {
  readonly source: WatchSource;
  readonly restarts: SlidingCount;
  readonly ineffective: SlidingCount;
  sighting: Sighting;
  assessment: Assessment = { is: 'fine' };
  care: Care = { is: 'none' };
  /** Restarts since it was last fine for long. */
  row = 0;
  /** Results of the probe beside its own health check, in this incarnation. */
  checks: readonly boolean[] = [];
  /** It was told that another supervisor is at it. */
  leftToOther = false;
  /** When it was last found to have failed, monotonic milliseconds. */
  failedAt: number | undefined;
  #fineSince: number | undefined;

  constructor(source: WatchSource, sighting: Sighting, { budget, escalate }: WatchPolicy) {
    this.source = source;
    this.sighting = sighting;
    this.restarts = new SlidingCount(budget.per);
    this.ineffective = new SlidingCount(escalate.per);
  }

  get target(): WatchedTarget {
    return this.sighting.target;
  }

  get isFine(): boolean {
    return this.assessment.is === 'fine';
  }

  see(sighting: Sighting, assess: (patient: Patient) => Assessment, now: number, reset: number): void {
    if (sighting.target.startedAt !== this.target.startedAt) this.checks = [];
    this.sighting = sighting;
    this.assessment = assess(this);
    if (this.assessment.is !== 'waiting' || this.assessment.reason !== 'other-supervisor') this.leftToOther = false;
    if (this.isFine) {
      this.#fineSince ??= now;
      if (now - this.#fineSince >= reset) this.row = 0;
    } else {
      if (this.#fineSince !== undefined && now - this.#fineSince >= reset) this.row = 0;
      this.#fineSince = undefined;
    }
  }

  /** A human says that it may be tried again. */
  reset(): void {
    this.row = 0;
    this.restarts.clear();
    this.ineffective.clear();
    this.care = { is: 'none' };
  }
}

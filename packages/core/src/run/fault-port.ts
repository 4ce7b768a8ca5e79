import type { FaultState, Proof, RevertCause } from '../fault/life.ts';
import type { JsonObject } from '../json.ts';
import type { Random } from '../random.ts';
import type { Target } from '../target/target.ts';

/** One fault on one target, ready to be injected: selector resolved, templates resolved, params as written. */
export interface FaultRequest {
  readonly type: string;
  readonly target: Target;
  readonly params: JsonObject;
  /** Milliseconds until the port reverts it by itself with cause `hold-over`. Without it the run reverts it. */
  readonly for?: number;
}

export interface InjectOptions {
  /** Aborted when the run must end: the port stops, puts back what it did and rejects. */
  readonly signal: AbortSignal;
  readonly runId: string;
  /** Seeded for this fault alone. */
  readonly random: Random;
  readonly actor: string | null;
}

/** What is known of a fault so far. Times are monotonic milliseconds of the engine's clock; null = not (yet). */
export interface FaultFacts {
  /** The injector was asked. */
  readonly requestedAt: number | null;
  /** The injector reported it applied. */
  readonly acknowledgedAt: number | null;
  /** First look from outside that showed the effect. */
  readonly effectiveAt: number | null;
  /** The first undo was asked for. */
  readonly revertingAt?: number | null;
  /** First look from outside that showed it gone. Stays null for a momentary fault. */
  readonly removedAt: number | null;
  readonly effect: Proof | null;
  readonly reversal: Proof | null;
  /** What the fault says it hit, read before it was reverted; null when it does not count. */
  readonly counters: { readonly eligible: number; readonly injected: number } | null;
}

/** A fault that was proven in effect and is held by the engine. */
export interface HeldFault {
  readonly id: string;
  readonly type: string;
  readonly target: Target;
  readonly momentary: boolean;
  /** As of now. */
  readonly state: FaultState;
  /** As of now. */
  readonly facts: FaultFacts;
  /**
   * Resolves with the first state in which nothing holds the fault any more: settled, or `leaked`. A momentary fault
   * has ended as soon as it is `spent`. Never rejects.
   */
  readonly ended: Promise<FaultState>;
  /**
   * Puts back what was found and proves it. Resolves with the state reached (`leaked` included); rejects only for
   * internal errors. Idempotent; concurrent calls share one reversal. Does nothing to a momentary fault.
   */
  revert(cause: RevertCause): Promise<FaultState>;
  /**
   * Momentary faults, after the recovery window: puts the found state back if nobody else did. Resolves with `spent`,
   * `restoredByEngine` saying whether it had to; or with `leaked`. For any other fault the state as it is.
   */
  restore(): Promise<FaultState>;
}

/**
 * What a run needs of the engine. `inject` resolves once the effect is proven. It rejects with a ChaosError when the
 * fault is not in effect: refused before anything was touched, or put back already. `CHAOS_FAULT_LEAKED` alone means
 * that something may still be broken. `fault:*` events are the port's to emit.
 */
export interface FaultPort {
  inject(request: FaultRequest, options: InjectOptions): Promise<HeldFault>;
}

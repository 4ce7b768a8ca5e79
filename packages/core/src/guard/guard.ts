import type { Clock } from '../clock.ts';
import type { JsonObject } from '../json.ts';
import type { AnyFault } from '../plugin.ts';
import type { Health } from '../probe/probe.ts';
import type { Target } from '../target/target.ts';
import type { LatchState } from './latch-state.ts';

/** One fault somebody wants to inject, before anything was touched. */
export interface FaultIntent {
  readonly fault: AnyFault;
  readonly target: Target;
  /** As written, templates resolved; a guard that compares values parses them with `fault.params`. */
  readonly params: JsonObject;
  /** Milliseconds the fault is meant to be held, when that is known. */
  readonly hold?: number;
  readonly actor?: string;
  readonly runId?: string;
  readonly environment?: string;
}

/** A fault that is not settled: intended, injecting, active, reverting or leaked. */
export interface ActiveFault {
  readonly id: string;
  readonly type: string;
  readonly target: Target;
  /** Monotonic milliseconds, `clock.now()`. */
  readonly since: number;
}

/** An injection of the recent past, settled or not. */
export interface RecentInjection {
  readonly type: string;
  readonly target: Target;
  /** Monotonic milliseconds, `clock.now()`. */
  readonly at: number;
}

/** The group of a target right now. */
export interface GroupStanding {
  /** Members that are alive, the target included. */
  readonly members: readonly Target[];
  /** Members, alive or not, that an unsettled fault acts on. */
  readonly underFault: readonly Target[];
}

/** One look of one steady-state probe. */
export interface ProbeHealth {
  readonly probe: string;
  readonly health: Health;
  readonly detail?: string;
}

/**
 * What guards may look at. A live view: every access tells how things are now, so a guard that waited (for an approval)
 * can be followed by a second look.
 */
export interface World {
  /** `plan`: nothing is asked of people and no probe is sent; such guards say what they would do. */
  readonly purpose: 'plan' | 'injection';
  readonly clock: Clock;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  readonly active: readonly ActiveFault[];
  /** Newest last; reaches back at least as far as `rateHorizon(safety)`. */
  readonly recent: readonly RecentInjection[];
  /** The state of the emergency stop. */
  readonly latch: LatchState;
  group(target: Target): Promise<GroupStanding>;
  /** Why the target's own source protects it, or undefined. */
  protects(target: Target): Promise<string | undefined>;
  /**
   * Looks once with every steady-state probe. Empty when there is none, or when the run is past its baseline: later
   * faults of a run may well meet a system that its earlier ones made ill.
   */
  health(): Promise<readonly ProbeHealth[]>;
}

/** What a guard thinks of an intent. Plain JSON; goes into plans, events and reports. */
export type GuardOpinion = { readonly rule: string; readonly allowed: true; readonly note?: string } | Refusal;

/** A no, with the value that was found, the limit it broke, why, and what would make it a yes. */
export interface Refusal {
  readonly rule: string;
  readonly allowed: false;
  readonly value: string;
  readonly limit: string;
  readonly reason: string;
  readonly remedy?: string;
}

/** One safety rule. Only reads; a guard that throws counts as a refusal. */
export interface Guard {
  readonly rule: string;
  /** The guard may wait long (for a person); the guards before it are asked again afterwards. */
  readonly waits?: true;
  check(intent: FaultIntent, world: World): Promise<GuardOpinion>;
}

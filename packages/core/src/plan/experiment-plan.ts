import type { ErrorCode } from '../errors.ts';
import type { Feasibility, Risk } from '../fault/injector.ts';
import type { GuardOpinion } from '../guard/guard.ts';
import type { JsonObject } from '../json.ts';
import type { Target } from '../target/target.ts';

/** What a run would do, as far as that can be known by looking. Plain JSON. Durations in milliseconds. */
export interface ExperimentPlan {
  readonly experiment: string;
  /** The seed the targets were picked by; a run with the same seed on the same targets picks the same. */
  readonly seed: number;
  /** No obstacles: every guard allows every fault, every target was found and can carry its fault. */
  readonly ready: boolean;
  /** One line each: what would make the run fail or be refused. */
  readonly obstacles: readonly string[];
  /** One line each: what is allowed and probably not meant. */
  readonly warnings: readonly string[];
  /** How long a fault survives without the engine's heartbeat. */
  readonly lease: number;
  readonly phases: PlannedPhases;
  readonly probes: readonly PlannedProbe[];
  /** In the order of time, repeats unrolled; steps of one time in the order they were written. */
  readonly steps: readonly PlannedStep[];
}

export interface PlannedPhases {
  readonly baseline: number;
  /** All steps, without the time that injecting, proving and probing take. */
  readonly method: number;
  /** At most; shorter as soon as the recovery is confirmed. */
  readonly recovery: number;
  /** The run is stopped after this. */
  readonly maxDuration: number;
}

export interface PlannedProbe {
  readonly name: string;
  readonly type: string;
  readonly every: number;
  readonly timeout: number;
}

/** What would become of a step. */
export type PlannedOutcome<Ready extends object = object> =
  | ({ readonly state: 'ready' } & Ready)
  /** A condition does not hold, or nothing matches and the selector says `onEmpty: 'skip'`. */
  | { readonly state: 'skipped'; readonly reason: string }
  /** Depends on outputs that exist only during the run. */
  | { readonly state: 'deferred'; readonly reason: string }
  | { readonly state: 'impossible'; readonly code: ErrorCode; readonly reason: string };

interface Planned {
  readonly id: string;
  /** Which round, from 0, outermost repeat first; empty outside repeats. */
  readonly iteration: readonly number[];
  /** Earliest start, counted from the start of the run. */
  readonly at: number;
  /** What the step waits to know: conditions that only the run can answer. */
  readonly depends: readonly string[];
}

export interface PlannedFaultStep extends Planned {
  readonly kind: 'fault';
  readonly type: string;
  readonly risk: Risk;
  /** Nothing holds it: kill, crash, exit. */
  readonly momentary: boolean;
  /** As it is written, defaults filled in. */
  readonly selector: JsonObject;
  /** Templates resolved as far as that is known before the run. */
  readonly params: JsonObject;
  readonly outcome: PlannedOutcome<PlannedTargets>;
}

export type PlannedStep =
  | PlannedFaultStep
  | (Planned & { readonly kind: 'delay'; readonly delay: number; readonly outcome: PlannedOutcome })
  | (Planned & { readonly kind: 'probe'; readonly probe: string; readonly outcome: PlannedOutcome })
  | (Planned & {
      readonly kind: 'load';
      readonly type: string;
      readonly options: JsonObject;
      /** null: until all steps are done. */
      readonly for: number | null;
      readonly outcome: PlannedOutcome;
    });

export interface PlannedTargets {
  /** How many targets matched before picking. */
  readonly matched: number;
  /** How many were picked of how many, rounding included. */
  readonly explanation: string;
  readonly faults: readonly PlannedFault[];
}

/** One fault on one target. */
export interface PlannedFault {
  readonly target: Target;
  /** One sentence: what would be done to what. */
  readonly description: string;
  /** How long the engine holds it; null for a momentary fault. */
  readonly hold: number | null;
  /** The resources it touches; two live faults that share one are refused. */
  readonly touches: readonly string[];
  readonly feasibility: Feasibility;
  /** No guard refuses. */
  readonly allowed: boolean;
  /** Every guard's, in the order they are asked, as things would stand at that time. */
  readonly opinions: readonly GuardOpinion[];
}

import type { Json, JsonObject } from '../json.ts';
import type { BusinessValue } from '../probe/define-probe.ts';

/** Where a configuration value or secret comes from. Secrets never appear in events, journal, logs or reports. */
export type ValueSource =
  | { readonly from: 'literal'; readonly value: Json }
  | { readonly from: 'env'; readonly name: string; readonly default?: string }
  | { readonly from: 'file'; readonly path: string };

/**
 * How many of the matching targets, picked by the run's seed. A percentage rounds down, at least one. `only` is for a
 * plain name or number: exactly one target must match.
 */
export type Pick = 'all' | 'only' | number | `${number}%` | `up to ${number}%`;

/** Which targets: the kind, its source's query, how many. */
export interface Selector {
  readonly kind: string;
  readonly query: Json;
  readonly pick: Pick;
  readonly onEmpty: 'error' | 'skip';
}

/** A comparison on a value that was templated in: `{ value: '${outputs.x.y}', equals: 3 }`. */
export interface Condition {
  readonly value: Json;
  readonly equals?: Json;
  readonly notEquals?: Json;
  readonly above?: number;
  readonly below?: number;
  readonly matches?: string;
  readonly exists?: boolean;
}

/**
 * What becomes of a held fault whose target restarts, which ends its effect: it ends, or it is injected into the new
 * incarnation for the rest of its time.
 */
export type OnRestart = 'end' | 'reapply';

export interface FaultStep {
  readonly kind: 'fault';
  /** Name under which outputs of this step are found: `${outputs.<id>.targets.0.name}`. */
  readonly id: string;
  readonly type: string;
  readonly target: Selector;
  /** As written; validated by the fault's own schema once templates are resolved. */
  readonly params: JsonObject;
  /** Milliseconds the fault is held; without it until all steps are done. */
  readonly for?: number;
  /** Default `end`. */
  readonly onRestart?: OnRestart;
  readonly when?: Condition;
}

/** One step of the method. Durations in milliseconds. */
export type Step =
  | FaultStep
  | { readonly kind: 'serial'; readonly id: string; readonly steps: readonly Step[]; readonly when?: Condition }
  | { readonly kind: 'parallel'; readonly id: string; readonly steps: readonly Step[]; readonly when?: Condition }
  | { readonly kind: 'delay'; readonly id: string; readonly delay: number; readonly when?: Condition }
  | {
      readonly kind: 'repeat';
      readonly id: string;
      readonly times: number;
      readonly steps: readonly Step[];
      readonly when?: Condition;
    }
  /** Checks a steady-state probe once; its result is an output. */
  | { readonly kind: 'probe'; readonly id: string; readonly probe: string; readonly when?: Condition }
  | {
      readonly kind: 'load';
      readonly id: string;
      readonly type: string;
      readonly options: JsonObject;
      /** Milliseconds; without it until all steps are done. */
      readonly for?: number;
      readonly when?: Condition;
    };

export interface ExperimentProbe {
  readonly name: string;
  readonly type: string;
  /** Milliseconds between intended sends. */
  readonly every: number;
  readonly timeout: number;
  readonly business?: BusinessValue;
  readonly options: JsonObject;
}

/** What must hold for one probe. At least one of the limits is given. Latencies in milliseconds. */
export interface Objective {
  readonly probe: string;
  /** Least share of healthy checks, 0 to 1. */
  readonly success?: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
  /** In the health score. Default 1. */
  readonly weight?: number;
}

/** Ends the run early and reverts. */
export interface StopCondition {
  readonly probe?: string;
  /** Stop when the share of healthy checks over `over` falls below this. */
  readonly successBelow?: number;
  /** Stop when the p95 latency over `over` exceeds this many milliseconds. */
  readonly p95Above?: number;
  /** Stop when the health score of the run over `over` falls below this, 0 to 1. */
  readonly healthBelow?: number;
  /** Stop when the host's CPU use exceeds this share, 0 to 1. */
  readonly cpuAbove?: number;
  /** Stop when the host's memory use exceeds this share, 0 to 1. */
  readonly memoryAbove?: number;
  /** Stop when this share of the month's error budget of `slo` was spent by this run. */
  readonly errorBudgetSpent?: number;
  /** The service level objective the budget belongs to, for example 0.999. */
  readonly slo?: number;
  /** Window in milliseconds. Default 5 s. */
  readonly over: number;
}

/** An experiment after parsing: defaults filled in, durations in milliseconds, templates still unresolved. */
export interface Experiment {
  readonly name: string;
  readonly description?: string;
  readonly tags: readonly string[];
  readonly configuration: Readonly<Record<string, ValueSource>>;
  readonly secrets: Readonly<Record<string, ValueSource>>;
  readonly seed?: number;
  readonly steadyState: {
    readonly hypothesis?: string;
    readonly probes: readonly ExperimentProbe[];
    readonly objectives: readonly Objective[];
  };
  readonly baseline: number;
  /** Runs from before the baseline until the recovery is confirmed. */
  readonly load?: { readonly type: string; readonly options: JsonObject };
  /**
   * Steps follow one another, except in `parallel`. The step after a fault waits for the end of its `for`; without `for`
   * it starts as soon as the effect is proven, and the fault is held until all steps are done.
   */
  readonly faults: readonly Step[];
  readonly recovery: {
    /** Deadline in milliseconds after the last fault was removed. */
    readonly within: number;
    /** How long it must be fine to count as recovered. */
    readonly hold: number;
    /** Least share of healthy checks inside the hold window. */
    readonly success: number;
  };
  readonly expect: 'held' | 'recovered';
  readonly stopWhen: readonly StopCondition[];
  readonly maxDuration: number;
}

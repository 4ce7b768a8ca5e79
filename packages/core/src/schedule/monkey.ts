import type { DurationInput } from '../duration.ts';
import type { ExperimentInput, FaultInput, Plugins } from '../experiment/input.ts';
import type { Deed } from './deed.ts';
import type { SchedulingLeadership } from './leadership.ts';
import type { WindowInput } from './monkey-schema.ts';
import type { PastSource } from './recorded-schedule.ts';

/** When it may happen. */
export type WhenInput =
  | {
      /** Time between ticks. Default 10 min. Ticks lie on a grid from the Unix epoch, shifted by the schedule's name. */
      readonly every?: DurationInput;
      /** Chance that a tick is used, 0 to 1. Default 0.15; 1 where `pace.meanTimeBetween` is given. */
      readonly probability?: number;
    }
  | {
      /** Five or six fields: `"30 2 * * MON,WED,FRI"`. */
      readonly cron: string;
      /** IANA name. Default `UTC`. */
      readonly timeZone?: string;
      /** Default 1. */
      readonly probability?: number;
    };

interface Chosen {
  /** Share among all that may be chosen. Default 1. */
  readonly weight?: number;
  /** What `pace` counts together. Default: the deed for the mean, the groups of its targets for the minimum. */
  readonly group?: string;
}

/** One of the things to choose from. */
export type ThingInput<Ps extends Plugins> = Chosen &
  (
    | { readonly fault: FaultInput<Ps>; readonly name?: string }
    | { readonly experiment: ExperimentInput<Ps>; readonly name?: string }
    | { readonly deed: Deed }
  );

export interface MonkeyInput<Ps extends Plugins = Plugins> {
  /** In events, the ledger and the actor of every run. Default `monkey`. */
  readonly name?: string;
  /** Default false: the schedule is there and does nothing until `resume()`. */
  readonly enabled?: boolean;
  readonly when?: WhenInput;
  /** When given, deeds begin and end inside these only. The same forms as `safety.windows`. */
  readonly windows?: readonly WindowInput[];
  /** No deed lives inside these. */
  readonly blackouts?: readonly WindowInput[];
  /** What to choose from, by weight. */
  readonly things: readonly ThingInput<Ps>[];
  readonly pace?: {
    /** Least time between two deeds on one group. Default 0. */
    readonly minTimeBetween?: DurationInput;
    /** Time between two deeds on one group on average. Default: whatever `when` gives. */
    readonly meanTimeBetween?: DurationInput;
  };
  /**
   * - `live` (default): one deed at a time.
   * - `safe`: plans and records, injects nothing.
   * - `stress`: two or three at once; a pair only after both passed alone, three only after their pairs did.
   */
  readonly mode?: 'live' | 'safe' | { readonly stress: 2 | 3 };
  /** How long a lone fault without `for` is held. Default 30 s. */
  readonly hold?: DurationInput;
  /** A tick that is noticed later than this (the host slept, the process was stopped) is dropped. Default 10 min. */
  readonly grace?: DurationInput;
  /** Whole number from 0. Without it a fresh one is drawn and recorded. Replicas need not share it. */
  readonly seed?: number;
  /** In a fleet only the leader schedules. Default: there is no other replica. */
  readonly leadership?: SchedulingLeadership;
  /**
   * What was recorded before: the pace and what passed alone are kept from it, over restarts, and over a change of the
   * leader. Read when the schedule begins and whenever this replica becomes the leader.
   */
  readonly past?: PastSource;
}

/** A schedule that chooses by chance. */
export interface MonkeyPlan<Ps extends Plugins = Plugins> {
  readonly kind: 'monkey';
  readonly input: MonkeyInput<Ps>;
}

/**
 * Chaos without anybody who starts it: at times drawn by chance or written as cron, one of these things, chosen by
 * weight. Off unless `enabled`. Checked by `engine.schedule`.
 */
export function monkey<const Ps extends Plugins = Plugins>(input: MonkeyInput<Ps>): MonkeyPlan<Ps> {
  return { kind: 'monkey', input };
}

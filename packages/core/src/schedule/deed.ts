import type { Experiment } from '../experiment/experiment.ts';
import type { ExperimentPlan } from '../plan/experiment-plan.ts';
import type { Run } from '../run/run.ts';
import type { Target } from '../target/target.ts';

/** What a deed may ask of the engine that does it. */
export interface DeedHost {
  parse(input: unknown): Experiment;
  plan(experiment: Experiment, options: DeedOrder): Promise<ExperimentPlan>;
  run(experiment: Experiment, options: DeedOrder): Run;
}

/** How a deed is to be done this time. */
export interface DeedOrder {
  /** Everything that is drawn comes from it: the same seed on the same system picks the same targets. */
  readonly seed: number;
  /** For events, approvals and the ledger. */
  readonly actor: string;
  /** What chose it now. */
  readonly why: string;
  /** Aborted when the schedule is stopped, leadership is lost or the engine closes: the deed reverts and ends. */
  readonly signal: AbortSignal;
}

/** What a deed would do now, as far as looking tells. */
export interface DeedPlan {
  readonly targets: readonly Target[];
  /** One line each: why it would be refused or fail. Without any, it can begin. */
  readonly obstacles: readonly string[];
  /** Milliseconds it takes at most. */
  readonly lasts: number;
  /** Whether it may hit more or less than that, depending on what is seen on the way. Default false. */
  readonly open?: boolean;
}

/**
 * How it went. `inconclusive` neither proves nor disproves anything: no effect, too little data, stopped or refused.
 */
export interface DeedResult {
  readonly outcome: 'passed' | 'failed' | 'inconclusive';
  /** One line. */
  readonly detail: string;
  /** Ids of the runs it began. */
  readonly runs: readonly string[];
}

/** How much a deed is wanted now, and why. */
export interface Appeal {
  /** Share among all that may be chosen; 0 = not now. */
  readonly weight: number;
  readonly why: string;
}

/**
 * A thing a schedule can do: inject a fault, run an experiment, drill a card. What plans, reverts and judges is the
 * deed's own; when, which and how often is the schedule's.
 */
export interface Deed {
  /** Unique within a schedule; how records and replays name it. */
  readonly name: string;
  /** For people: `fault`, `experiment`, `card`. */
  readonly kind: string;
  /** Asked before every choice; multiplies the weight written in the schedule. Default 1. */
  appeal?(): Appeal | Promise<Appeal>;
  /** Looks and touches nothing. */
  plan(host: DeedHost, order: DeedOrder): Promise<DeedPlan>;
  /** Does it, reverts it, and says how it went. */
  perform(host: DeedHost, order: DeedOrder): Promise<DeedResult>;
}

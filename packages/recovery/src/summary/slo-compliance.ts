import { type DurationInput, milliseconds } from '@bridge/chaos-core';
import type { Duration } from '../statistics/kaplan-meier.ts';
import { mean } from '../statistics/moments.ts';
import { wilson } from '../statistics/wilson.ts';
import { durationsOf, type RunFacts } from './run-facts.ts';

/** What runs are held against. */
export interface SloTargets {
  /** Mean time to recover. Default 120 s. */
  readonly meanTimeToRecover?: DurationInput;
  /** Longest time to recover. Default 300 s. */
  readonly longestTimeToRecover?: DurationInput;
  /** Longest time to detect. Default 30 s. */
  readonly timeToDetect?: DurationInput;
  /** Longest validation phase. Default 3 min. */
  readonly validation?: DurationInput;
  /** Least share of healthy checks over whole runs, 0 to 1. Default 0.999. */
  readonly success?: number;
}

/** `met`, `broken`, or `unknown`: no data, or not enough of it, is never success. */
export type SloOutcome = 'met' | 'broken' | 'unknown';

export interface SloResult {
  readonly slo: keyof SloTargets;
  /** Milliseconds, or a share. */
  readonly target: number;
  /** In the unit of the target; null without data. */
  readonly observed: number | null;
  /** The true value is at least `observed`: something was cut off. */
  readonly isLowerBound: boolean;
  readonly outcome: SloOutcome;
  /** Ids of the runs that broke it, or that leave it open. */
  readonly evidence: readonly string[];
}

/** Holds runs against each target. */
export function sloCompliance(runs: readonly RunFacts[], targets: SloTargets = {}): SloResult[] {
  const within = (given: DurationInput | undefined, usual: number): number => milliseconds(given ?? usual);
  return [
    meanRecovery(runs, within(targets.meanTimeToRecover, 120_000)),
    longest('longestTimeToRecover', runs, within(targets.longestTimeToRecover, 300_000), (run) => run.timeToRecover),
    longest('timeToDetect', runs, within(targets.timeToDetect, 30_000), (run) => run.timeToDetect),
    longest('validation', runs, within(targets.validation, 180_000), validationOf),
    success(runs, targets.success ?? 0.999),
  ];
}

function meanRecovery(runs: readonly RunFacts[], target: number): SloResult {
  const durations = durationsOf(runs, 'timeToRecover');
  const observed = durations.length === 0 ? null : mean(durations.map(({ value }) => value));
  const isLowerBound = durations.some(({ censored }) => censored);
  const outcome = observed === null ? 'unknown' : observed > target ? 'broken' : isLowerBound ? 'unknown' : 'met';
  const concerned = runs.filter(({ timeToRecover }) => {
    return timeToRecover !== null && (timeToRecover.censored || timeToRecover.value > target);
  });
  return {
    slo: 'meanTimeToRecover',
    target,
    observed,
    isLowerBound,
    outcome,
    evidence: outcome === 'met' ? [] : ids(concerned),
  };
}

function longest(
  slo: keyof SloTargets,
  runs: readonly RunFacts[],
  target: number,
  durationOf: (run: RunFacts) => Duration | null,
): SloResult {
  const all = runs.flatMap((run) => {
    const duration = durationOf(run);
    return duration === null ? [] : [{ run, ...duration }];
  });
  if (all.length === 0) return { slo, target, observed: null, isLowerBound: false, outcome: 'unknown', evidence: [] };
  const broken = all.filter(({ value }) => value > target);
  const open = all.filter(({ value, censored }) => censored && value <= target);
  const outcome = broken.length > 0 ? 'broken' : open.length > 0 ? 'unknown' : 'met';
  const concerned = outcome === 'broken' ? broken : open;
  return {
    slo,
    target,
    observed: Math.max(...all.map(({ value }) => value)),
    isLowerBound: all.some(({ censored }) => censored),
    outcome,
    evidence: ids(concerned.map(({ run }) => run)),
  };
}

function validationOf({ report }: RunFacts): Duration | null {
  const phase = report.phases.find((span) => span.phase === 'validation');
  return phase === undefined ? null : { value: phase.to - phase.from, censored: false };
}

/** The lower end of the interval must reach the target to be met, the upper end miss it to be broken. */
function success(runs: readonly RunFacts[], target: number): SloResult {
  const [good, bad] = [total(runs, 'successes'), total(runs, 'errors')];
  const { low, high } = wilson(good, good + bad);
  const outcome = good + bad === 0 ? 'unknown' : low >= target ? 'met' : high < target ? 'broken' : 'unknown';
  const concerned = runs.filter(({ successes, errors }) => errors > 0 && successes / (successes + errors) < target);
  const observed = good + bad === 0 ? null : good / (good + bad);
  return {
    slo: 'success',
    target,
    observed,
    isLowerBound: false,
    outcome,
    evidence: outcome === 'met' ? [] : ids(concerned),
  };
}

export function total(runs: readonly RunFacts[], what: 'successes' | 'errors'): number {
  return runs.reduce((sum, run) => sum + run[what], 0);
}

function ids(runs: readonly RunFacts[]): string[] {
  return runs.map(({ report }) => report.id);
}

import type { Objective } from '../experiment/experiment.ts';
import { percentile } from './percentile.ts';
import type { Sample } from './sampler.ts';
import { decidingTrials, type Interval, wilson } from './wilson.ts';

export type ObjectiveMetric = 'success' | 'p50' | 'p95' | 'p99';

/**
 * One limit of one objective, held against the checks of one span of time. Every limit is a share: `success` of at
 * least 0.99; `p95` of 300 ms says that at least 0.95 are healthy within 300 ms. A check that failed is within no
 * limit.
 */
export interface ObjectiveResult {
  readonly probe: string;
  readonly metric: ObjectiveMetric;
  /** As written: a share for `success`, milliseconds otherwise. */
  readonly limit: number;
  /** What was seen, in the unit of the limit; null without a check that could be counted. */
  readonly observed: number | null;
  /** Checks that count: healthy or degraded. */
  readonly checks: number;
  /** Checks that could not look; they prove nothing. */
  readonly unknown: number;
  /** Share of checks within the limit ... */
  readonly share: number | null;
  /** ... with its 95 % Wilson interval ... */
  readonly interval: Interval;
  /** ... which must not reach below this. */
  readonly target: number;
  /** `pass`: the whole interval is at or above the target; `fail`: all below; otherwise too few checks to tell. */
  readonly outcome: 'pass' | 'fail' | 'inconclusive';
  /** How many checks would decide if they went on like this; null when decided, or when nothing was seen. */
  readonly needed: number | null;
}

const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
/** More unknown checks than this share, and a pass is not believed. */
const MOST_UNKNOWN = 0.05;

/**
 * Holds samples of the objective's own probe against each of its limits. No number of checks proves a target of 1: it
 * speaks of the checks themselves, so one failure breaks it and none meets it.
 */
export function judgeObjective(objective: Objective, samples: readonly Sample[]): ObjectiveResult[] {
  const own = samples.filter((sample) => sample.probe === objective.probe);
  const metrics = ['success', 'p50', 'p95', 'p99'] as const;
  return metrics.flatMap((metric) => {
    const limit = objective[metric];
    return limit === undefined ? [] : [judgeLimit(objective.probe, metric, limit, own)];
  });
}

function judgeLimit(
  probe: string,
  metric: ObjectiveMetric,
  limit: number,
  samples: readonly Sample[],
): ObjectiveResult {
  const counted = samples.filter((sample) => sample.health !== 'unknown');
  const unknown = samples.length - counted.length;
  const target = metric === 'success' ? limit : SHARES[metric];
  const latencyLimit = metric === 'success' ? Infinity : limit;
  const within = counted.filter((sample) => isWithin(sample, latencyLimit)).length;
  const checks = counted.length;
  const share = checks === 0 ? null : within / checks;
  const interval = wilson(within, checks);
  const outcome = decide(interval, target, share, unknown / Math.max(1, samples.length));
  const needed = outcome === 'inconclusive' && share !== null ? decidingTrials(share, target) : null;
  const observed =
    metric === 'success'
      ? share
      : (percentile(
          counted.map(({ latency }) => latency),
          target,
        ) ?? null);
  return { probe, metric, limit, observed, checks, unknown, share, interval, target, outcome, needed };
}

function decide(interval: Interval, target: number, share: number | null, unknown: number): ObjectiveResult['outcome'] {
  if (share === null) return 'inconclusive';
  if (interval.high < target) return 'fail';
  const proven = interval.low >= target || (target === 1 && share === 1);
  return proven && unknown <= MOST_UNKNOWN ? 'pass' : 'inconclusive';
}

/** True for a healthy answer within the latency limit. */
export function isWithin(sample: Sample, latencyLimit: number): boolean {
  return sample.health === 'healthy' && sample.latency <= latencyLimit;
}

/** One line with the numbers. */
export function objectiveLine(result: ObjectiveResult): string {
  const { probe, metric, limit, observed, checks, outcome, needed } = result;
  const format = (value: number): string => (metric === 'success' ? `${round(value * 100)} %` : `${round(value)} ms`);
  const seen = observed === null ? 'nothing' : format(observed);
  const more = needed === null ? '' : `; ${needed} checks would decide`;
  return `${probe} ${metric}: ${seen} of ${checks} checks, limit ${format(limit)}: ${outcome}${more}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

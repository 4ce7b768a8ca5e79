import { a12 } from '../statistics/a12.ts';
import { varianceInflation } from '../statistics/effective-sample-size.ts';
import { hodgesLehmann } from '../statistics/hodges-lehmann.ts';
import type { Interval } from '../statistics/interval.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { mean } from '../statistics/moments.ts';
import { median } from '../statistics/quantile.ts';

/** What a series measures: latencies in ms, or a share of checks that failed, 0 to 1. More is worse in both. */
export type SeriesKind = 'latency' | 'failures';

export interface ComparisonRule {
  /** Largest p-value of a difference, one-sided. Default 0.01. */
  readonly alpha: number;
  /** Least ratio of the medians (latency) or means (failures). Default 1.2. */
  readonly ratio: number;
  /** Least probability that a second of the second window is worse than one of the first. Default 0.71, a large effect. */
  readonly a12: number;
  /** Least difference of the medians of a latency, in ms. Default 5. */
  readonly latencyDifference: number;
  /** Least difference of the means of a share. Default 0.01. */
  readonly shareDifference: number;
  /** Fewest points per side; fewer cannot reach 1 % whatever they are. Default and minimum 5. */
  readonly leastPoints: number;
}

export const COMPARISON_RULE: ComparisonRule = {
  alpha: 0.01,
  ratio: 1.2,
  a12: 0.71,
  latencyDifference: 5,
  shareDifference: 0.01,
  leastPoints: 5,
};

/** Below this many points per side an effect of half as much again is often missed. */
export const ADVISED_POINTS = 30;

interface Sizes {
  readonly kind: SeriesKind;
  /** Points of the reference and of what is compared with it. */
  readonly points: readonly [number, number];
}

/**
 * `worse`: every gate says so. `uncertain`: the difference would matter, and the seconds are too few, or too restless, to
 * tell it from chance.
 */
export type Outcome = 'worse' | 'uncertain' | 'not-worse';

/** How a window compares with a reference, with every number behind it. */
export type Comparison =
  | (Sizes & {
      readonly outcome: 'too-few';
      /** Points per side that are needed. */
      readonly needed: number;
    })
  | (Sizes & {
      readonly outcome: Outcome;
      /** One-sided, corrected for autocorrelation; not for other metrics. */
      readonly pValue: number;
      /** Factor by which autocorrelation raised the variance. */
      readonly varianceInflation: number;
      /** Medians of latencies, means of shares. */
      readonly levels: readonly [number, number];
      /** Null when the reference is 0 and the other is not: infinitely many times as much. */
      readonly ratio: number | null;
      readonly difference: number;
      readonly a12: number;
      /** Hodges-Lehmann shift with its 98 % interval. */
      readonly shift: number;
      readonly shiftInterval: Interval;
    });

/**
 * Is `series` worse than `reference`? Mann-Whitney on per-second points with the variance corrected for
 * autocorrelation, and a ratio, a probability and an absolute difference that matter; all must agree. Nominal 1 %
 * stays near 1 % at a lag-1 correlation of 0.6, where the plain test gives 12 %.
 */
export function compare(
  kind: SeriesKind,
  reference: readonly number[],
  series: readonly number[],
  rule: ComparisonRule = COMPARISON_RULE,
): Comparison {
  const points = [reference.length, series.length] as const;
  const needed = Math.max(rule.leastPoints, COMPARISON_RULE.leastPoints);
  if (Math.min(...points) < needed) return { kind, points, outcome: 'too-few', needed };
  const inflation = varianceInflation(reference, series);
  const options = { varianceInflation: inflation };
  const { pValue } = mannWhitney(series, reference, { ...options, alternative: 'greater' });
  const { estimate, interval } = hodgesLehmann(series, reference, { ...options, confidence: 0.98 });
  const level = kind === 'latency' ? median : mean;
  const [before, after] = [level(reference), level(series)];
  const numbers = {
    kind,
    points,
    pValue,
    varianceInflation: inflation,
    levels: [before, after] as const,
    ratio: before === 0 && after > 0 ? null : after / (before || 1),
    difference: after - before,
    a12: a12(series, reference),
    shift: estimate,
    shiftInterval: interval,
  };
  return { ...numbers, outcome: outcomeOf(pValue, numbers, rule) };
}

type Gated = Pick<Extract<Comparison, { outcome: Outcome }>, 'kind' | 'ratio' | 'difference' | 'a12'>;

/** @param pValue corrected for the number of comparisons, where there are several */
export function outcomeOf(pValue: number, difference: Gated, rule: ComparisonRule): Outcome {
  if (!passesGates(difference, rule)) return 'not-worse';
  return pValue <= rule.alpha ? 'worse' : 'uncertain';
}

/** Whether a difference, if it is one, is large enough to matter. */
function passesGates({ kind, ratio, difference, a12 }: Gated, rule: ComparisonRule): boolean {
  const least = kind === 'latency' ? rule.latencyDifference : rule.shareDifference;
  return (ratio === null || ratio >= rule.ratio) && a12 >= rule.a12 && difference >= least;
}

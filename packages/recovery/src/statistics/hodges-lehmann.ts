import { type Interval, requireConfidence, requireSample } from './interval.ts';
import { varianceOfU } from './mann-whitney.ts';
import { cumulativeCounts } from './mann-whitney-distribution.ts';
import { normalQuantile } from './normal.ts';
import { PairwiseDifferences } from './pairwise-differences.ts';
import { rank } from './ranks.ts';

export interface ShiftOptions {
  /** Default 0.95. */
  readonly confidence?: number;
  /** As for the Mann-Whitney test. Default: exact without ties while n1·n2 <= 400. */
  readonly method?: 'exact' | 'asymptotic';
  /** Factor on the variance of U for values that are not independent. Default 1. Not 1 implies asymptotic. */
  readonly varianceInflation?: number;
}

export interface Shift {
  /** Median of all differences x - y. */
  readonly estimate: number;
  readonly interval: Interval;
  readonly method: 'exact' | 'asymptotic';
}

/**
 * How much larger x is than y: the Hodges-Lehmann estimate with the interval that inverts the Mann-Whitney test
 * (Hodges and Lehmann 1963; Hollander and Wolfe). The asymptotic interval has R's continuity correction; its ends are
 * the exact crossing points that R's root search approximates.
 */
export function hodgesLehmann(x: readonly number[], y: readonly number[], options: ShiftOptions = {}): Shift {
  requireSample(x);
  requireSample(y);
  const { confidence = 0.95, varianceInflation = 1 } = options;
  requireConfidence(confidence);
  const differences = new PairwiseDifferences(x, y);
  const pairs = differences.size;
  const canBeExact = varianceInflation === 1 && pairs <= 400 && rank([...x, ...y]).tieTerm === 0;
  const method = options.method ?? (canBeExact ? 'exact' : 'asymptotic');
  const tail = (1 - confidence) / 2;
  const from = method === 'exact' ? exactRank(x.length, y.length, tail) : asymptoticRank(x, y, tail, varianceInflation);
  const first = Math.min(Math.max(from, 1), Math.ceil(pairs / 2));
  const interval = { low: differences.at(first), high: differences.at(pairs - first + 1) };
  return { estimate: differences.median(), interval, method };
}

/** The smallest u with P(U <= u) >= tail (R's qwilcox). */
function exactRank(n1: number, n2: number, tail: number): number {
  const atMost = cumulativeCounts(n1, n2);
  const total = atMost(n1 * n2);
  let u = 0;
  while (atMost(u) / total < tail) u += 1;
  return u;
}

/** Between two differences no x - d equals a y, so only ties within a sample count. */
function asymptoticRank(x: readonly number[], y: readonly number[], tail: number, inflation: number): number {
  const sigma = Math.sqrt(varianceOfU(x.length, y.length, rank(x).tieTerm + rank(y).tieTerm) * inflation);
  return Math.ceil((x.length * y.length) / 2 - 0.5 + normalQuantile(tail) * sigma);
}

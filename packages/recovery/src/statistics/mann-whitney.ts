import { requireSample } from './interval.ts';
import { cumulativeCounts } from './mann-whitney-distribution.ts';
import { sum } from './moments.ts';
import { normalUpperTail } from './normal.ts';
import { rank } from './ranks.ts';

/** What is claimed of x against y. */
export type Alternative = 'two-sided' | 'greater' | 'less';

export interface MannWhitneyOptions {
  /** Default two-sided. */
  readonly alternative?: Alternative;
  /**
   * `exact` counts arrangements (no ties allowed), `asymptotic` uses the normal distribution with tie correction.
   * Default: exact without ties while n1·n2 <= 400.
   */
  readonly method?: 'exact' | 'asymptotic';
  /** Continuity correction of the asymptotic method. Default true. */
  readonly continuity?: boolean;
  /** Factor on the variance of U for values that are not independent. Default 1. Not 1 implies asymptotic. */
  readonly varianceInflation?: number;
}

export interface MannWhitneyResult {
  /** Pairs in which x is the larger, ties counted half. */
  readonly u: number;
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Most pairs for which arrangements are counted. */
const EXACT_LIMIT = 400;

/**
 * Mann-Whitney U test: is x larger (smaller, different) than y? (Mann and Whitney 1947; ties as in R's `wilcox.test`.)
 * @throws {RangeError} for an empty sample, values that are not finite, or an exact test of ties.
 */
export function mannWhitney(
  x: readonly number[],
  y: readonly number[],
  options: MannWhitneyOptions = {},
): MannWhitneyResult {
  requireSample(x);
  requireSample(y);
  const { alternative = 'two-sided', varianceInflation = 1 } = options;
  const { ranks, tieTerm } = rank([...x, ...y]);
  const u = sum(ranks.slice(0, x.length)) - (x.length * (x.length + 1)) / 2;
  const canBeExact = tieTerm === 0 && varianceInflation === 1;
  const method = options.method ?? (canBeExact && x.length * y.length <= EXACT_LIMIT ? 'exact' : 'asymptotic');
  if (method === 'exact') {
    if (!canBeExact) throw new RangeError('an exact test needs values without ties and without variance inflation');
    return { u, pValue: exactPValue(u, x.length, y.length, alternative), method };
  }
  const sigma = Math.sqrt(varianceOfU(x.length, y.length, tieTerm) * varianceInflation);
  const correction = (options.continuity ?? true) ? 0.5 : 0;
  return { u, pValue: asymptoticPValue(u - (x.length * y.length) / 2, sigma, correction, alternative), method };
}

/** Variance of U under the null hypothesis, given the sum of t³ - t over ties. */
export function varianceOfU(n1: number, n2: number, tieTerm: number): number {
  const n = n1 + n2;
  return ((n1 * n2) / 12) * (n + 1 - tieTerm / (n * (n - 1)));
}

function exactPValue(u: number, n1: number, n2: number, alternative: Alternative): number {
  const atMost = cumulativeCounts(n1, n2);
  const total = atMost(n1 * n2);
  const less = atMost(u) / total;
  const greater = atMost(n1 * n2 - u) / total;
  if (alternative === 'two-sided') return Math.min(1, 2 * Math.min(less, greater));
  return alternative === 'less' ? less : greater;
}

function asymptoticPValue(deviation: number, sigma: number, correction: number, alternative: Alternative): number {
  // All values equal: nothing can be told.
  if (sigma === 0) return 1;
  if (alternative === 'greater') return normalUpperTail((deviation - correction) / sigma);
  if (alternative === 'less') return normalUpperTail((-deviation - correction) / sigma);
  return Math.min(1, 2 * normalUpperTail((Math.abs(deviation) - correction) / sigma));
}

import { requireSample } from './interval.ts';
import type { Alternative } from './mann-whitney.ts';
import { normalUpperTail } from './normal.ts';
import { rank } from './ranks.ts';

export interface SignedRankOptions {
  /** What is claimed of the differences. Default two-sided. */
  readonly alternative?: Alternative;
  /** Factor on the variance for differences that are not independent. Default 1. Not 1 implies the normal distribution. */
  readonly varianceInflation?: number;
}

export interface SignedRankResult {
  /** Sum of the ranks of the positive differences (V of R's `wilcox.test`). */
  readonly v: number;
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Fewer differences than this are counted out exactly, as R does. */
const EXACT_BELOW = 50;

/**
 * Wilcoxon's signed-rank test: are paired differences above (below, other than) zero? Differences of zero are dropped;
 * exact without ties and zeros below 50 pairs, else normal with tie and continuity correction (Wilcoxon 1945; as in R).
 * @throws {RangeError} for no differences, or values that are not finite.
 */
export function signedRank(differences: readonly number[], options: SignedRankOptions = {}): SignedRankResult {
  requireSample(differences);
  const { alternative = 'two-sided', varianceInflation = 1 } = options;
  const moved = differences.filter((difference) => difference !== 0);
  const n = moved.length;
  const { ranks, tieTerm } = rank(moved.map(Math.abs));
  const v = ranks.reduce((sum, one, index) => ((moved[index] ?? 0) > 0 ? sum + one : sum), 0);
  const isExact = tieTerm === 0 && n === differences.length && n < EXACT_BELOW && varianceInflation === 1;
  if (isExact) return { v, pValue: exactPValue(v, n, alternative), method: 'exact' };
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  const sigma = Math.sqrt(variance * varianceInflation);
  return { v, pValue: asymptoticPValue(v - (n * (n + 1)) / 4, sigma, alternative), method: 'asymptotic' };
}

function exactPValue(v: number, n: number, alternative: Alternative): number {
  const most = (n * (n + 1)) / 2;
  const cumulative = subsetSums(n, most);
  const atMost = (sum: number): number => (sum < 0 ? 0 : (cumulative[Math.min(Math.floor(sum), most)] ?? 1));
  // The distribution is symmetric.
  const [less, greater] = [atMost(v), atMost(most - v)];
  if (alternative === 'two-sided') return Math.min(1, 2 * Math.min(less, greater));
  return alternative === 'less' ? less : greater;
}

/** Share of the subsets of 1 … n with a sum of at most each value. */
function subsetSums(n: number, most: number): Float64Array {
  const shares = new Float64Array(most + 1);
  shares[0] = 1;
  for (let item = 1; item <= n; item += 1) {
    for (let sum = most; sum >= 0; sum -= 1) {
      shares[sum] = ((shares[sum] ?? 0) + (sum >= item ? (shares[sum - item] ?? 0) : 0)) / 2;
    }
  }
  for (let sum = 1; sum <= most; sum += 1) shares[sum] = (shares[sum] ?? 0) + (shares[sum - 1] ?? 0);
  return shares;
}

function asymptoticPValue(deviation: number, sigma: number, alternative: Alternative): number {
  // Nothing moved: nothing can be told.
  if (sigma === 0) return 1;
  if (alternative === 'greater') return normalUpperTail((deviation - 0.5) / sigma);
  if (alternative === 'less') return normalUpperTail((-deviation - 0.5) / sigma);
  return Math.min(1, 2 * normalUpperTail((Math.abs(deviation) - 0.5) / sigma));
}

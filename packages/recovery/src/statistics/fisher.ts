import { logChoose } from './beta.ts';
import { requireCount } from './interval.ts';
import type { Alternative } from './mann-whitney.ts';
import { sum } from './moments.ts';

/** Rows are groups, columns are outcomes. */
export type TwoByTwo = readonly [readonly [number, number], readonly [number, number]];

/**
 * Fisher's exact test of a 2×2 table: are the odds of the first row larger (`greater`), smaller or different?
 * Two-sided as in R: all tables at most as likely as this one.
 */
export function fisherExact([[a, b], [c, d]]: TwoByTwo, alternative: Alternative = 'two-sided'): number {
  for (const count of [a, b, c, d]) requireCount(count, count);
  const [row, column, total] = [a + b, a + c, a + b + c + d];
  const lowest = Math.max(0, row + column - total);
  const probability = (first: number): number =>
    Math.exp(logChoose(column, first) + logChoose(total - column, row - first) - logChoose(total, row));
  const possible = Array.from({ length: Math.min(row, column) - lowest + 1 }, (_, index) => {
    return { first: lowest + index, p: probability(lowest + index) };
  });
  // R's tolerance for tables that are equally likely but for rounding.
  const atMostAsLikely = probability(a) * (1 + 1e-7);
  const counts = possible.filter(({ first, p }) => {
    if (alternative === 'two-sided') return p <= atMostAsLikely;
    return alternative === 'greater' ? first >= a : first <= a;
  });
  return Math.min(1, sum(counts.map(({ p }) => p)));
}

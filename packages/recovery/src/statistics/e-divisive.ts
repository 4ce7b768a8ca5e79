import { requireSample } from './interval.ts';
import { welchTest } from './student-t.ts';

export interface ChangePoint {
  /** Index of the first value of the new segment. */
  readonly index: number;
  /** p-value of Welch's t-test between the segments on both sides. */
  readonly pValue: number;
}

export interface EDivisiveOptions {
  /** Largest p-value of a change. Default 0.001. */
  readonly significance?: number;
  /** Fewest values of a segment. Default 5; at least 2. */
  readonly leastSegment?: number;
}

/**
 * Where the distribution of a series changes: E-divisive means (Matteson and James 2014) with a t-test in place of the
 * permutation test, so that the same data always gives the same answer (Fleming and others 2023, Hunter). Ascending.
 * Takes time and memory in the square of the length.
 */
export function eDivisive(values: readonly number[], options: EDivisiveOptions = {}): ChangePoint[] {
  if (values.length === 0) return [];
  requireSample(values);
  const { significance = 0.001, leastSegment = 5 } = options;
  if (!(leastSegment >= 2)) throw new RangeError(`expected segments of at least 2 values, got ${leastSegment}`);
  const split = (from: number, to: number): ChangePoint[] => {
    const index = strongestSplit(values.slice(from, to), leastSegment);
    if (index === undefined) return [];
    const pValue = welchTest(values.slice(from, from + index), values.slice(from + index, to));
    if (pValue > significance) return [];
    return [...split(from, from + index), { index: from + index, pValue }, ...split(from + index, to)];
  };
  return split(0, values.length);
}

/** The split with the largest scaled energy distance between its sides, or undefined when there is no room. */
function strongestSplit(values: readonly number[], least: number): number | undefined {
  const n = values.length;
  if (n < 2 * least) return undefined;
  // Sums of distances: of each value to all before it, and to all after it.
  const before = values.map((value, at) => distances(values, value, 0, at));
  const after = values.map((value, at) => distances(values, value, at + 1, n));
  let insideLeft = before.slice(0, least).reduce((total, one) => total + one, 0);
  let insideRight = after.slice(least).reduce((total, one) => total + one, 0);
  const all = before.reduce((total, one) => total + one, 0);
  let best: { index: number; energy: number } | undefined;
  for (let left = least; left <= n - least; left += 1) {
    const right = n - left;
    const between = (2 * (all - insideLeft - insideRight)) / (left * right);
    const within = insideLeft / ((left * (left - 1)) / 2) + insideRight / ((right * (right - 1)) / 2);
    const energy = ((left * right) / n) * (between - within);
    if (best === undefined || energy > best.energy) best = { index: left, energy };
    insideLeft += before[left] ?? 0;
    insideRight -= after[left] ?? 0;
  }
  return best?.index;
}

function distances(values: readonly number[], from: number, start: number, end: number): number {
  let total = 0;
  for (let at = start; at < end; at += 1) total += Math.abs(from - (values[at] ?? from));
  return total;
}

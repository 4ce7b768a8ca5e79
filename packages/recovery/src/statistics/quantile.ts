import { requireSample } from './interval.ts';

/** The nine definitions of Hyndman and Fan (1996), numbered as in R. */
export type QuantileType = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/** Offset m of the interpolating types: position = n·p + m(p). */
const OFFSETS: Readonly<Record<4 | 5 | 6 | 7 | 8 | 9, (p: number) => number>> = {
  4: () => 0,
  5: () => 0.5,
  6: (p) => p,
  7: (p) => 1 - p,
  8: (p) => (p + 1) / 3,
  9: (p) => p / 4 + 3 / 8,
};

/**
 * Quantile of a sample. Type 1 is the nearest rank (an observed value); type 7, the default, is what R, NumPy and
 * spreadsheets give.
 * @throws {RangeError} for no values or a p outside [0, 1].
 */
export function quantile(values: readonly number[], p: number, type: QuantileType = 7): number {
  requireSample(values);
  return quantileOfSorted(Float64Array.from(values).sort(), p, type);
}

/** As {@link quantile}, for values that are sorted already. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number, type: QuantileType = 7): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`expected a probability, got ${p}`);
  const last = sorted.length - 1;
  const item = (rank: number): number => sorted[Math.min(Math.max(rank - 1, 0), last)] ?? Number.NaN;
  const position = type <= 3 ? sorted.length * p - (type === 3 ? 0.5 : 0) : interpolated(sorted.length, p, type);
  // As R: a position that is an integer but for rounding counts as one.
  const below = Math.floor(position + 4 * Number.EPSILON);
  const fraction = position - below;
  const isWhole = Math.abs(fraction) < 4 * Number.EPSILON;
  switch (type) {
    case 1:
      return isWhole ? item(below) : item(below + 1);
    case 2:
      return isWhole ? (item(below) + item(below + 1)) / 2 : item(below + 1);
    case 3:
      return isWhole && below % 2 === 0 ? item(below) : item(below + 1);
    default:
      return isWhole ? item(below) : item(below) + fraction * (item(below + 1) - item(below));
  }
}

function interpolated(n: number, p: number, type: QuantileType): number {
  return type <= 3 ? n * p : n * p + OFFSETS[type as keyof typeof OFFSETS](p);
}

/** Middle value, or the mean of the two in the middle. @throws {RangeError} for no values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

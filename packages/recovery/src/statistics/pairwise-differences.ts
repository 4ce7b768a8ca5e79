/**
 * All differences x - y of two samples in ascending order, without listing them: memory grows with n1 + n2 and not with
 * n1·n2. The k-th one is found by halving the range of doubles, at most 64 times, and counting in a staircase walk through
 * the sorted samples, so an hour of checks does not keep the event loop. Exact: what comes out is one of the differences.
 */
export class PairwiseDifferences {
  readonly size: number;
  readonly #x: Float64Array;
  readonly #y: Float64Array;

  constructor(x: readonly number[], y: readonly number[]) {
    this.#x = Float64Array.from(x).sort();
    this.#y = Float64Array.from(y).sort();
    this.size = x.length * y.length;
  }

  /** The k-th smallest, from 1; NaN outside. */
  at(k: number): number {
    if (!(k >= 1 && k <= this.size)) return Number.NaN;
    const [x, y] = [this.#x, this.#y];
    let low = orderOf((x[0] ?? Number.NaN) - (y.at(-1) ?? Number.NaN));
    let high = orderOf((x.at(-1) ?? Number.NaN) - (y[0] ?? Number.NaN));
    while (low < high) {
      const middle = low + (high - low) / 2n;
      if (this.#atMost(doubleOf(middle)) >= k) high = middle;
      else low = middle + 1n;
    }
    return doubleOf(low);
  }

  /** The middle one, or the mean of the two in the middle. */
  median(): number {
    const below = this.at(Math.ceil(this.size / 2));
    return this.size % 2 === 1 ? below : below + 0.5 * (this.at(this.size / 2 + 1) - below);
  }

  /** How many differences are at most this. */
  #atMost(limit: number): number {
    const [x, y] = [this.#x, this.#y];
    let count = 0;
    // With a larger x the first y that is large enough lies further on.
    let first = 0;
    for (const one of x) {
      while (first < y.length && one - (y[first] ?? Number.NaN) > limit) first += 1;
      count += y.length - first;
    }
    return count;
  }
}

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);
const SIGN = 1n << 63n;

/** A whole number that orders doubles as they are ordered; -0 counts as 0. */
function orderOf(value: number): bigint {
  double[0] = value + 0;
  const pattern = bits[0] ?? 0n;
  return pattern < 0n ? -(pattern + SIGN) : pattern;
}

function doubleOf(order: bigint): number {
  bits[0] = order < 0n ? -order - SIGN : order;
  return double[0] ?? Number.NaN;
}

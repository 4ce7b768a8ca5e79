import { logChoose } from './beta.ts';

/**
 * How many of the arrangements of n1 and n2 values without ties have at most a given U, as a function of U.
 * @throws {RangeError} when there are more arrangements than a double can count.
 */
export function cumulativeCounts(n1: number, n2: number): (u: number) => number {
  if (logChoose(n1 + n2, n1) > Math.log(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`too many arrangements of ${n1} and ${n2} values to be exact; use the asymptotic method`);
  }
  const [few, many] = n1 < n2 ? [n1, n2] : [n2, n1];
  const pairs = few * many;
  // Coefficients of the Gaussian binomial: the product over i of (1 - q^(many + i)) / (1 - q^i).
  const counts = new Float64Array(pairs + 1);
  counts[0] = 1;
  for (let i = 1; i <= few; i += 1) {
    for (let u = pairs; u >= many + i; u -= 1) counts[u] = at(counts, u) - at(counts, u - many - i);
    for (let u = i; u <= pairs; u += 1) counts[u] = at(counts, u) + at(counts, u - i);
  }
  const cumulative = new Float64Array(pairs + 1);
  for (let u = 0; u <= pairs; u += 1) cumulative[u] = at(cumulative, u - 1) + at(counts, u);
  return (u) => (u < 0 ? 0 : at(cumulative, Math.min(Math.floor(u), pairs)));
}

function at(values: Float64Array, index: number): number {
  return values[index] ?? 0;
}

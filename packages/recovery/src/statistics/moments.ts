import { requireSample } from './interval.ts';

/** Sum with Neumaier's compensation: the error does not grow with the number of terms. */
export function sum(values: Iterable<number>): number {
  let total = 0;
  let lost = 0;
  for (const value of values) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}

/** @throws {RangeError} for no values. */
export function mean(values: readonly number[]): number {
  requireSample(values);
  return sum(values) / values.length;
}

/** Sample variance (n - 1), two-pass. @throws {RangeError} for fewer than two values. */
export function variance(values: readonly number[]): number {
  requireSample(values, 2);
  const center = mean(values);
  return sum(values.map((value) => (value - center) ** 2)) / (values.length - 1);
}

/** Sample standard deviation (n - 1). */
export function standardDeviation(values: readonly number[]): number {
  return Math.sqrt(variance(values));
}

/** Lag-1 autocorrelation as NIST StRD defines it; 0 for values that do not vary. */
export function lag1Autocorrelation(values: readonly number[]): number {
  requireSample(values, 2);
  const center = mean(values);
  const deviations = values.map((value) => value - center);
  const total = sum(deviations.map((deviation) => deviation ** 2));
  if (total === 0) return 0;
  return sum(deviations.slice(1).map((deviation, index) => deviation * (deviations[index] ?? 0))) / total;
}

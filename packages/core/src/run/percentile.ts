/**
 * Nearest-rank percentile (NIST/SEMATECH e-Handbook 7.2.6.2, type 1): an observed value, never an interpolation.
 * `share` is in (0, 1]. Undefined for no values.
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  return sortedPercentile(
    values.toSorted((a, b) => a - b),
    share,
  );
}

/** As {@link percentile}, for values that are sorted already. */
export function sortedPercentile(sorted: readonly number[], share: number): number | undefined {
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.max(rank, 1) - 1];
}

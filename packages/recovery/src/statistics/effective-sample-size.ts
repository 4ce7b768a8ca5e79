import { lag1Autocorrelation } from './moments.ts';
import { rank } from './ranks.ts';

/** Above it the correction would leave next to nothing of any sample. */
const LARGEST = 0.99;

/**
 * Lag-1 rank autocorrelation of one window, corrected for the bias of small samples, r + (1 + 3r)/n (Kendall 1954).
 * Negative correlation counts as none: it never makes a test more eager.
 */
export function rankAutocorrelation(values: readonly number[]): number {
  if (values.length < 3) return 0;
  const raw = lag1Autocorrelation(rank(values).ranks);
  return Math.min(Math.max(raw + (1 + 3 * raw) / values.length, 0), LARGEST);
}

/**
 * Factor on the variance of a comparison of two time series whose points are not independent: (1 + r)/(1 - r), with r
 * the mean rank autocorrelation of the windows. n divided by it is the effective sample size.
 */
export function varianceInflation(...windows: readonly (readonly number[])[]): number {
  const correlations = windows.map(rankAutocorrelation);
  const r = correlations.reduce((total, one) => total + one, 0) / Math.max(correlations.length, 1);
  return (1 + r) / (1 - r);
}

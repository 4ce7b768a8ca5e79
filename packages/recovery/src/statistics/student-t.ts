import { betaCdf } from './beta.ts';
import { mean, variance } from './moments.ts';

/** P(|T| > |t|) of Student's distribution. */
export function studentTwoSided(t: number, degrees: number): number {
  if (!Number.isFinite(t)) return 0;
  return betaCdf(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/**
 * Two-sided p-value of Welch's t-test for a difference of means (Welch 1947). 1 when neither sample varies and the means
 * are equal, 0 when they differ.
 */
export function welchTest(x: readonly number[], y: readonly number[]): number {
  const [ofX, ofY] = [variance(x) / x.length, variance(y) / y.length];
  const difference = mean(x) - mean(y);
  if (ofX + ofY === 0) return difference === 0 ? 1 : 0;
  const degrees = (ofX + ofY) ** 2 / (ofX ** 2 / (x.length - 1) + ofY ** 2 / (y.length - 1));
  return studentTwoSided(difference / Math.sqrt(ofX + ofY), degrees);
}

import { mannWhitney } from './mann-whitney.ts';

/**
 * Probability that a value of x is larger than one of y, ties counted half (Vargha and Delaney 2000). 0.5: no effect;
 * 0.56, 0.64 and 0.71 are small, medium and large.
 */
export function a12(x: readonly number[], y: readonly number[]): number {
  return mannWhitney(x, y, { method: 'asymptotic' }).u / (x.length * y.length);
}

/** Cliff's delta: P(x > y) - P(x < y). */
export function cliffsDelta(x: readonly number[], y: readonly number[]): number {
  return 2 * a12(x, y) - 1;
}

import * as z from 'zod';

/** Shapes of jitter, the same as those of netem. */
export const distribution = z.enum(['uniform', 'normal', 'pareto', 'paretonormal']);
export type Distribution = z.output<typeof distribution>;

const STEPS = 128;

/**
 * Quantiles of `delay` ± `jitter` in microseconds, ascending, never below 0. Uniform spreads over ± jitter; for the
 * others jitter is the standard deviation.
 */
export function delayQuantiles(delay: number, jitter: number, shape: Distribution): readonly number[] {
  if (jitter === 0) return [Math.round(delay * 1000)];
  return standard(shape).map((z) => Math.max(0, Math.round((delay + jitter * z) * 1000)));
}

/** Mean 0 and deviation 1, except uniform: -1 to 1. */
function standard(shape: Distribution): readonly number[] {
  const middles = Array.from({ length: STEPS }, (_, step) => (step + 0.5) / STEPS);
  switch (shape) {
    case 'uniform':
      return middles.map((u) => 2 * u - 1);
    case 'normal':
      return middles.map(normal);
    case 'pareto':
      return middles.map(pareto);
    case 'paretonormal':
      return mixed(middles.map(normal), middles.map(pareto));
  }
}

/** Pareto with exponent 3, as netem's table. */
function pareto(u: number): number {
  return ((1 - u) ** (-1 / 3) - 1.5) / Math.sqrt(0.75);
}

/** A quarter normal, three quarters Pareto, independent of each other. */
function mixed(normals: readonly number[], paretos: readonly number[]): readonly number[] {
  const sums = normals.flatMap((a) => paretos.map((b) => 0.25 * a + 0.75 * b)).sort((a, b) => a - b);
  return Array.from({ length: STEPS }, (_, step) => sums[Math.floor((step + 0.5) * (sums.length / STEPS))] ?? 0);
}

const A = [
  -39.696830286653757, 220.9460984245205, -275.92851044696869, 138.357751867269, -30.66479806614716, 2.5066282774592392,
];
const B = [-54.476098798224058, 161.58583685804089, -155.69897985988661, 66.80131188771972, -13.28068155288572, 1];
const C = [
  -0.0077848940024302926, -0.32239645804113648, -2.4007582771618381, -2.5497325393437338, 4.3746641414649678,
  2.9381639826987831,
];
const D = [0.0077846957090414622, 0.32246712907003983, 2.445134137142996, 3.7544086619074162, 1];

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** Inverse of the normal distribution (P. Acklam's rational approximation, relative error below 1.2e-9). */
function normal(u: number): number {
  if (u > 0.5) return -normal(1 - u);
  if (u < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(u));
    return polynomial(C, q) / polynomial(D, q);
  }
  const q = u - 0.5;
  return (q * polynomial(A, q * q)) / polynomial(B, q * q);
}

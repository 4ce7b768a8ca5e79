import type { Random } from '@bridge/chaos-core';
import { type Interval, requireConfidence, requireSample } from './interval.ts';
import { mean, sum } from './moments.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { quantileOfSorted } from './quantile.ts';

/** A number computed from a sample: a median, a p95. */
export type Statistic = (values: readonly number[]) => number;

export interface BootstrapOptions {
  readonly random: Random;
  /** Consecutive values drawn together, which keeps their correlation. Default 1: independent values. */
  readonly blockLength?: number;
  /** Default 2,000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/** Percentile interval of a statistic by the moving-block bootstrap (Künsch 1989). */
export function bootstrap(values: readonly number[], statistic: Statistic, options: BootstrapOptions): Interval {
  requireSample(values);
  return percentileInterval(
    replicate([values], ([sample = []]) => statistic(sample), options),
    options,
  );
}

/**
 * Percentile interval of statistic(x)/statistic(y), both resampled in blocks. Ratios that are not finite are left out;
 * when none is left the interval is [0, Infinity].
 */
export function bootstrapRatio(
  x: readonly number[],
  y: readonly number[],
  statistic: Statistic,
  options: BootstrapOptions,
): Interval {
  requireSample(x);
  requireSample(y);
  const ratios = replicate([x, y], ([a = [], b = []]) => statistic(a) / statistic(b), options).filter(Number.isFinite);
  return ratios.length === 0 ? { low: 0, high: Number.POSITIVE_INFINITY } : percentileInterval(ratios, options);
}

/**
 * Bias-corrected and accelerated interval (Efron 1987) for independent values: as narrow as the percentile interval and
 * right for skewed statistics.
 */
export function bootstrapAccelerated(
  values: readonly number[],
  statistic: Statistic,
  options: Omit<BootstrapOptions, 'blockLength'>,
): Interval {
  requireSample(values, 2);
  const { confidence = 0.95 } = options;
  requireConfidence(confidence);
  const replicates = replicate([values], ([sample = []]) => statistic(sample), options).sort();
  const observed = statistic(values);
  const below = replicates.filter((value) => value < observed).length;
  const ties = replicates.filter((value) => value === observed).length;
  const bias = normalQuantile(clampShare((below + ties / 2) / replicates.length, replicates.length));
  const acceleration = jackknifeAcceleration(values, statistic);
  const end = (tail: number): number => {
    const shifted = bias + normalQuantile(tail);
    return quantileOfSorted(replicates, normalCdf(bias + shifted / (1 - acceleration * shifted)));
  };
  return { low: end((1 - confidence) / 2), high: end((1 + confidence) / 2) };
}

/** Keeps the bias finite when every replicate is on one side. */
function clampShare(share: number, n: number): number {
  return Math.min(Math.max(share, 1 / (n + 1)), n / (n + 1));
}

function jackknifeAcceleration(values: readonly number[], statistic: Statistic): number {
  const left = values.map((_, index) => statistic(values.toSpliced(index, 1)));
  const center = mean(left);
  const squares = sum(left.map((value) => (center - value) ** 2));
  return squares === 0 ? 0 : sum(left.map((value) => (center - value) ** 3)) / (6 * squares ** 1.5);
}

function replicate(
  samples: readonly (readonly number[])[],
  statistic: (resampled: readonly (readonly number[])[]) => number,
  { random, blockLength = 1, resamples = 2_000 }: BootstrapOptions,
): Float64Array {
  if (!Number.isInteger(blockLength) || blockLength < 1) {
    throw new RangeError(`expected a block length of at least 1, got ${blockLength}`);
  }
  return Float64Array.from({ length: resamples }, () =>
    statistic(samples.map((sample) => resample(sample, blockLength, random))),
  );
}

function resample(values: readonly number[], blockLength: number, random: Random): number[] {
  const length = Math.min(blockLength, values.length);
  const drawn: number[] = [];
  while (drawn.length < values.length) {
    const start = random.int(values.length - length + 1);
    for (let at = start; at < start + length && drawn.length < values.length; at += 1) drawn.push(values[at] ?? 0);
  }
  return drawn;
}

function percentileInterval(replicates: Float64Array, { confidence = 0.95 }: BootstrapOptions): Interval {
  requireConfidence(confidence);
  const sorted = replicates.toSorted();
  const tail = (1 - confidence) / 2;
  return { low: quantileOfSorted(sorted, tail), high: quantileOfSorted(sorted, 1 - tail) };
}

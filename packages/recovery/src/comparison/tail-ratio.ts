import type { Random } from '@bridge/chaos-core';
import { bootstrapRatio } from '../statistics/bootstrap.ts';
import type { Interval } from '../statistics/interval.ts';
import type { SecondPoint } from './second-points.ts';

export interface TailRatio {
  readonly share: number;
  /** Quantile of the second window over that of the reference, to three significant digits. */
  readonly ratio: number;
  /** 95 % interval by the moving-block bootstrap over seconds. */
  readonly interval: Interval;
}

/** Seconds drawn together. */
const BLOCK = 5;
const DIGITS = 3;

/**
 * How many times as high a tail quantile is as in the reference. Whole blocks of seconds are resampled with all their
 * checks, since a slow second is slow for all.
 */
export function tailRatio(
  share: number,
  reference: readonly SecondPoint[],
  series: readonly SecondPoint[],
  random: Random,
): TailRatio {
  const seconds = [...series, ...reference];
  const pooled = pooledQuantile(
    seconds.map(({ latencies }) => latencies),
    share,
  );
  const indexes = seconds.map((_, index) => index);
  const [own, others] = [indexes.slice(0, series.length), indexes.slice(series.length)];
  const interval = bootstrapRatio(own, others, pooled, { random, blockLength: BLOCK });
  return { share, ratio: pooled(own) / pooled(others), interval };
}

/**
 * Nearest-rank quantile of the latencies of some seconds. Latencies are rounded and counted beforehand, so that the cost
 * of a resample does not grow with the number of checks.
 */
function pooledQuantile(seconds: readonly (readonly number[])[], share: number): (chosen: readonly number[]) => number {
  const rounded = seconds.map((latencies) => latencies.map((latency) => Number(latency.toPrecision(DIGITS))));
  const values = Float64Array.from(new Set(rounded.flat())).sort();
  const positions = new Map(Array.from(values, (value, position) => [value, position]));
  const counted = rounded.map((latencies) => [...Map.groupBy(latencies, (latency) => positions.get(latency) ?? 0)]);
  const sparse = counted.map((groups) => groups.map(([position, { length }]) => [position, length] as const));
  return (chosen) => {
    const counts = new Uint32Array(values.length);
    let total = 0;
    for (const second of chosen) {
      for (const [position, count] of sparse[second] ?? []) {
        counts[position] = (counts[position] ?? 0) + count;
        total += count;
      }
    }
    return values[positionOfRank(counts, Math.max(1, Math.ceil(share * total)))] ?? Number.NaN;
  };
}

function positionOfRank(counts: Uint32Array, rank: number): number {
  let seen = 0;
  for (let position = 0; position < counts.length; position += 1) {
    seen += counts[position] ?? 0;
    if (seen >= rank) return position;
  }
  return -1;
}

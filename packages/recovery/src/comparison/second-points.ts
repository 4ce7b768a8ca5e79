import type { Sample } from '@bridge/chaos-core';
import { median } from '../statistics/quantile.ts';

/** One whole second of one probe, by intended send time. */
export interface SecondPoint {
  /** Monotonic ms at which the second began. */
  readonly at: number;
  /** Latencies in ms: healthy checks and time-outs. A quick refusal is a failure, not a fast answer. */
  readonly latencies: readonly number[];
  /** Share of the checks that counted and failed. */
  readonly failures: number;
}

/** Sums of times in ms are off by less than this: five seconds must not become four. */
const ROUNDING = 1e-3;

/**
 * Whole seconds of `span`, oldest first. Checks that could not look or were shed do not count; a second without a check
 * that counts is left out.
 */
export function secondPoints(samples: readonly Sample[], span: { readonly from: number; readonly to: number }) {
  const counted = samples.filter(({ health, outcome }) => health !== 'unknown' && outcome !== 'shed');
  const last = counted.reduce((latest, { intended }) => Math.max(latest, intended), -Infinity);
  const whole = Math.floor((Math.min(span.to, last) - span.from + ROUNDING) / 1000);
  const bySecond = Map.groupBy(counted, ({ intended }) => Math.floor((intended - span.from + ROUNDING) / 1000));
  return [...bySecond]
    .filter(([second]) => second >= 0 && second < whole)
    .sort(([a], [b]) => a - b)
    .map(([second, checks]): SecondPoint => {
      const failed = checks.filter(({ health }) => health === 'degraded').length;
      return {
        at: span.from + second * 1000,
        latencies: checks.filter(hasLatency).map(({ latency }) => latency),
        failures: failed / checks.length,
      };
    });
}

function hasLatency({ health, outcome }: Sample): boolean {
  return health === 'healthy' || outcome === 'timeout';
}

/** Median latency of each second that has one, in ms. */
export function medianLatencies(points: readonly SecondPoint[]): number[] {
  return points.flatMap(({ latencies }) => (latencies.length === 0 ? [] : [median(latencies)]));
}

/** Share of failed checks of each second. */
export function failureShares(points: readonly SecondPoint[]): number[] {
  return points.map(({ failures }) => failures);
}

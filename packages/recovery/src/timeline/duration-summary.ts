import { type Duration, medianDuration } from '../statistics/kaplan-meier.ts';
import { mean } from '../statistics/moments.ts';
import { quantile } from '../statistics/quantile.ts';

/** Fewer durations than this are shown one by one: their mean would claim more than it knows. */
const LEAST_FOR_MEAN = 5;

/**
 * Times to detect or to recover over several runs, in the unit of the values. A time that was cut off (`censored`) is
 * at least its value: it is counted, and never averaged as if it had been observed.
 */
export interface DurationSummary {
  readonly count: number;
  readonly censored: number;
  /** Of all, taking censored times at what they lasted. Null below five. */
  readonly mean: number | null;
  /** The true mean is at least `mean`: something was censored. */
  readonly meanIsLowerBound: boolean;
  /** By Kaplan-Meier. Null below five, or when most did not end. */
  readonly median: number | null;
  /** Nearest rank. Null below five, or when a censored time may be below it. */
  readonly p90: number | null;
  /** Longest observed or censored time. */
  readonly max: number | null;
  /** Every value, when there are fewer than five. */
  readonly values: readonly Duration[];
}

/** Summarises durations, some of which may be censored. */
export function summarizeDurations(durations: readonly Duration[]): DurationSummary {
  const values = durations.map(({ value }) => value);
  const censored = durations.filter((duration) => duration.censored).length;
  const many = durations.length >= LEAST_FOR_MEAN;
  return {
    count: durations.length,
    censored,
    mean: many ? mean(values) : null,
    meanIsLowerBound: censored > 0,
    median: many ? medianDuration(durations).median : null,
    p90: many ? knownQuantile(durations, 0.9) : null,
    max: durations.length === 0 ? null : Math.max(...values),
    values: many ? [] : durations,
  };
}

function knownQuantile(durations: readonly Duration[], share: number): number | null {
  const value = quantile(
    durations.map((duration) => duration.value),
    share,
    1,
  );
  return durations.some((duration) => duration.censored && duration.value <= value) ? null : value;
}

import { type Interval, requireConfidence } from './interval.ts';
import { normalQuantile } from './normal.ts';

/** A duration that was seen to end, or that is only known to be at least this long. */
export interface Duration {
  readonly value: number;
  readonly censored: boolean;
}

export interface SurvivalStep {
  readonly time: number;
  /** Share that lasts longer than `time`. */
  readonly survival: number;
  /** Pointwise interval on the log-log scale. */
  readonly interval: Interval;
  readonly atRisk: number;
  readonly ended: number;
}

/**
 * Share of durations still running, at each time one ended (Kaplan and Meier 1958; variance by Greenwood). Censored
 * durations count as long as they are known to have lasted.
 */
export function kaplanMeier(durations: readonly Duration[], confidence = 0.95): SurvivalStep[] {
  requireConfidence(confidence);
  const z = -normalQuantile((1 - confidence) / 2);
  const times = [...new Set(durations.flatMap(({ value, censored }) => (censored ? [] : [value])))].sort(
    (a, b) => a - b,
  );
  let [survival, greenwood] = [1, 0];
  return times.map((time) => {
    const atRisk = durations.filter(({ value }) => value >= time).length;
    const ended = durations.filter(({ value, censored }) => !censored && value === time).length;
    survival *= 1 - ended / atRisk;
    greenwood += ended / (atRisk * (atRisk - ended));
    return { time, survival, interval: logLogInterval(survival, greenwood, z), atRisk, ended };
  });
}

function logLogInterval(survival: number, greenwood: number, z: number): Interval {
  if (survival <= 0 || survival >= 1) return { low: survival, high: survival };
  const spread = Math.exp((z * Math.sqrt(greenwood)) / Math.abs(Math.log(survival)));
  return { low: survival ** spread, high: survival ** (1 / spread) };
}

export interface MedianDuration {
  /** Null: more than half of the durations did not end. */
  readonly median: number | null;
  /** An end that is null is not bounded by the data. */
  readonly low: number | null;
  readonly high: number | null;
}

/** Median duration with its interval (Brookmeyer and Crowley 1982). */
export function medianDuration(durations: readonly Duration[], confidence = 0.95): MedianDuration {
  const steps = kaplanMeier(durations, confidence);
  const firstAtMostHalf = (share: (step: SurvivalStep) => number): number | null =>
    steps.find((step) => share(step) <= 0.5)?.time ?? null;
  return {
    median: firstAtMostHalf(({ survival }) => survival),
    low: firstAtMostHalf(({ interval }) => interval.low),
    high: firstAtMostHalf(({ interval }) => interval.high),
  };
}

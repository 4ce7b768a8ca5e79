import type { Sample } from '@bridge/chaos-core';
import type { ComparisonRule, SeriesKind } from '../comparison/comparison-rule.ts';
import { secondPoints } from '../comparison/second-points.ts';
import { compareWindows, type ProbeWindow, type WindowComparison } from '../comparison/window-comparison.ts';
import type { Interval } from '../statistics/interval.ts';
import { median } from '../statistics/quantile.ts';
import { wilson } from '../statistics/wilson.ts';

/** How often something that should not happen did. */
export interface AlarmRate {
  readonly trials: number;
  readonly alarms: number;
  /** Null without a trial: no data is no success. */
  readonly rate: number | null;
  /** 95 % Wilson interval of the rate. */
  readonly interval: Interval;
}

/** One metric of one probe over every A/A run. */
export interface SeriesCalibration extends AlarmRate {
  readonly probe: string;
  readonly kind: SeriesKind;
  /** Median factor by which autocorrelation raised the variance; 1 = every second is news. Null without a trial. */
  readonly varianceInflation: number | null;
  /** Largest ratio of levels that nothing but chance gave; null when it was infinite or never seen. */
  readonly largestRatio: number | null;
  /** Largest difference of levels that nothing but chance gave, in ms or as a share. */
  readonly largestDifference: number | null;
}

/** What the rule says of a system that nobody touched. */
export interface Calibration {
  /** Runs in which anything at all was called worse. */
  readonly verdicts: AlarmRate;
  /** Runs whose baseline was called unsteady. */
  readonly drifts: AlarmRate;
  readonly series: readonly SeriesCalibration[];
  /** Seconds on each side of a run. */
  readonly window: number;
}

/** One A/A run: begins at `from` (monotonic ms) and has two windows. */
export interface QuietRun {
  readonly from: number;
  readonly samples: readonly Sample[];
}

/** Judges A/A runs by the rule of the comparing judge. `window` in ms. Pure. */
export function calibration(
  runs: readonly QuietRun[],
  probes: readonly string[],
  window: number,
  rule: ComparisonRule,
): Calibration {
  const judged = runs.map((run) => compareWindows(windowsOf(run, probes, window), rule));
  const halves = runs.map((run) => compareWindows(halvesOf(run, probes, window), rule));
  const kinds: readonly SeriesKind[] = ['latency', 'failures'];
  return {
    verdicts: rateOf(judged),
    drifts: rateOf(halves),
    series: probes.flatMap((probe) => kinds.map((kind) => seriesOf(judged.flat(), probe, kind))),
    window: window / 1000,
  };
}

function windowsOf({ from, samples }: QuietRun, probes: readonly string[], window: number): ProbeWindow[] {
  const middle = from + window;
  return probes.map((probe) => {
    const own = samples.filter((sample) => sample.probe === probe);
    const reference = secondPoints(own, { from, to: middle });
    return { probe, window: 'second', reference, series: secondPoints(own, { from: middle, to: middle + window }) };
  });
}

/** As a run does it: either half of the baseline against the other. */
function halvesOf({ from, samples }: QuietRun, probes: readonly string[], window: number): ProbeWindow[] {
  return probes.flatMap((probe): ProbeWindow[] => {
    const own = samples.filter((sample) => sample.probe === probe);
    const points = secondPoints(own, { from, to: from + window });
    const half = Math.floor(points.length / 2);
    const [first, second] = [points.slice(0, half), points.slice(half)];
    return [
      { probe, window: 'second half', reference: first, series: second },
      { probe, window: 'first half', reference: second, series: first },
    ];
  });
}

function rateOf(runs: readonly (readonly WindowComparison[])[]): AlarmRate {
  const decided = runs.filter((run) => run.some(({ outcome }) => outcome !== 'too-few'));
  return alarmRate(decided.length, decided.filter((run) => run.some(({ outcome }) => outcome === 'worse')).length);
}

function seriesOf(all: readonly WindowComparison[], probe: string, kind: SeriesKind): SeriesCalibration {
  const own = all.filter((comparison) => comparison.probe === probe && comparison.kind === kind);
  const decided = own.filter((comparison) => comparison.outcome !== 'too-few');
  const ratios = decided.flatMap(({ ratio }) => (ratio === null ? [] : [ratio]));
  return {
    probe,
    kind,
    ...alarmRate(decided.length, decided.filter(({ outcome }) => outcome === 'worse').length),
    varianceInflation: decided.length === 0 ? null : median(decided.map((one) => one.varianceInflation)),
    largestRatio: ratios.length === 0 ? null : Math.max(...ratios),
    largestDifference: decided.length === 0 ? null : Math.max(...decided.map(({ difference }) => difference)),
  };
}

function alarmRate(trials: number, alarms: number): AlarmRate {
  return { trials, alarms, rate: trials === 0 ? null : alarms / trials, interval: wilson(alarms, trials) };
}

import type { Interval } from '../statistics/interval.ts';
import { wilson } from '../statistics/wilson.ts';
import { COMPARISON_RULE, type ComparisonRule, compare, type SeriesKind } from './comparison-rule.ts';

export interface FalseAlarms {
  /** Pairs of windows in which nothing was done to the system. */
  readonly trials: number;
  /** Pairs in which the rule called the second window worse. */
  readonly alarms: number;
  readonly rate: number | null;
  /** 95 % Wilson interval of the rate. */
  readonly interval: Interval;
}

/**
 * How often the rule is wrong on this system: compares neighbouring windows of a series that was recorded without any
 * fault (an A/A run). `window` is the number of seconds on each side.
 */
export function falseAlarms(
  kind: SeriesKind,
  series: readonly number[],
  window: number,
  rule: ComparisonRule = COMPARISON_RULE,
): FalseAlarms {
  let [trials, alarms] = [0, 0];
  for (let from = 0; from + 2 * window <= series.length; from += window) {
    const middle = from + window;
    const { outcome } = compare(kind, series.slice(from, middle), series.slice(middle, middle + window), rule);
    if (outcome === 'too-few') continue;
    trials += 1;
    if (outcome === 'worse') alarms += 1;
  }
  return { trials, alarms, rate: trials === 0 ? null : alarms / trials, interval: wilson(alarms, trials) };
}

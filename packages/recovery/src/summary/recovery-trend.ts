import { mannWhitney } from '../statistics/mann-whitney.ts';
import { median } from '../statistics/quantile.ts';
import { durationsOf, type RunFacts } from './run-facts.ts';

/** Whether recovery gets slower from run to run. */
export type RecoveryTrend =
  | {
      readonly direction: 'unknown' /** Runs with an impact, on either half, that are needed. */;
      readonly needed: number;
    }
  | {
      readonly direction: 'slower' | 'faster' | 'steady';
      /** Median time to recover of the older and of the newer half, in ms; cut-off ones at what they lasted. */
      readonly medians: readonly [number, number];
      /** Two-sided Mann-Whitney. */
      readonly pValue: number;
    };

const LEAST = 4;
const ALPHA = 0.05;

/** Compares the older half of the runs in which users were hit with the newer half. `runs` oldest first. */
export function recoveryTrend(runs: readonly RunFacts[]): RecoveryTrend {
  const times = durationsOf(runs, 'timeToRecover').map(({ value }) => value);
  const half = Math.floor(times.length / 2);
  if (half < LEAST) return { direction: 'unknown', needed: LEAST };
  const [older, newer] = [times.slice(0, half), times.slice(-half)];
  const medians = [median(older), median(newer)] as const;
  const { pValue } = mannWhitney(newer, older);
  if (pValue > ALPHA) return { direction: 'steady', medians, pValue };
  return { direction: medians[1] > medians[0] ? 'slower' : 'faster', medians, pValue };
}

import type { Report } from '@bridge/chaos-core';
import type { Duration } from '../statistics/kaplan-meier.ts';

/** What a summary takes from one report. Times in ms; null: users were not hit. */
export interface RunFacts {
  readonly report: Report;
  readonly timeToRecover: Duration | null;
  readonly timeToDetect: Duration | null;
  /** Checks of judged probes that were healthy, and that were degraded; those that could not look are neither. */
  readonly successes: number;
  readonly errors: number;
}

export function runFacts(report: Report): RunFacts {
  const { timeToRecover, timeToRecoverAtLeast, timeToDetect, timeToDetectAtLeast } = report.timings;
  const seconds = report.probes.filter(({ judged }) => judged).flatMap((probe) => probe.seconds);
  return {
    report,
    timeToRecover: durationOf(timeToRecover, timeToRecoverAtLeast),
    timeToDetect: durationOf(timeToDetect, timeToDetectAtLeast),
    successes: seconds.reduce((total, { healthy }) => total + healthy, 0),
    errors: seconds.reduce((total, { degraded }) => total + degraded, 0),
  };
}

function durationOf(value: number | null, atLeast: number | null): Duration | null {
  if (value !== null) return { value, censored: false };
  return atLeast === null ? null : { value: atLeast, censored: true };
}

/** Those of several runs that there are. */
export function durationsOf(runs: readonly RunFacts[], which: 'timeToRecover' | 'timeToDetect'): Duration[] {
  return runs.flatMap((run) => run[which] ?? []);
}

import type { Report } from '@bridge/chaos-core';
import type { Duration } from '../statistics/kaplan-meier.ts';
import { mean } from '../statistics/moments.ts';
import { durationsOf, runFacts } from './run-facts.ts';
import type { SloTargets } from './slo-compliance.ts';
import { type RunsSummary, summarizeRuns } from './summarize-runs.ts';

/**
 * The result of one run under the names that chaos test scripts commonly write. Times in seconds. `mttr` and
 * `recovery_time` are the same: from impact to recovery; null when users were not hit or the time was cut off, which
 * `mttr_at_least` then gives.
 */
export interface ScenarioResult {
  readonly test_start: string;
  readonly test_end: string;
  readonly scenario: string;
  readonly mttr: number | null;
  readonly mttr_at_least: number | null;
  readonly error_count: number;
  readonly success_count: number;
  readonly recovery_time: number | null;
}

/** A summary of many runs under the names that chaos test scripts commonly write. Times in seconds. */
export interface ScenarioSummary {
  readonly summary: {
    readonly total_scenarios: number;
    readonly successful_scenarios: number;
    /** Of observed and cut-off times; see `censored_scenarios`. Null when users were never hit. */
    readonly average_mttr: number | null;
    readonly max_mttr: number | null;
    readonly min_mttr: number | null;
    /** Runs that had not recovered by the deadline: with any, the average and the maximum are lower bounds. */
    readonly censored_scenarios: number;
  };
  readonly slo_compliance: Readonly<Record<string, boolean | null>>;
  readonly recommendations: readonly string[];
  readonly scenarios: readonly ScenarioResult[];
}

/** One run. */
export function scenarioResult(report: Report): ScenarioResult {
  const { timeToRecover, successes, errors } = runFacts(report);
  const observed = timeToRecover === null || timeToRecover.censored ? null : seconds(timeToRecover);
  return {
    test_start: report.startedAt,
    test_end: report.endedAt,
    scenario: report.name,
    mttr: observed,
    mttr_at_least: timeToRecover?.censored ? seconds(timeToRecover) : null,
    error_count: errors,
    success_count: successes,
    recovery_time: observed,
  };
}

/** Many runs. Throws CHAOS_REPORT_UNFIT without a report. */
export function scenarioSummary(reports: readonly Report[], targets: SloTargets = {}): ScenarioSummary {
  const summary = summarizeRuns(reports, targets);
  const times = durationsOf(reports.map(runFacts), 'timeToRecover');
  const values = times.map(seconds);
  return {
    summary: {
      total_scenarios: summary.runs,
      successful_scenarios: summary.passed,
      average_mttr: values.length === 0 ? null : mean(values),
      max_mttr: values.length === 0 ? null : Math.max(...values),
      min_mttr: values.length === 0 ? null : Math.min(...values),
      censored_scenarios: times.filter(({ censored }) => censored).length,
    },
    slo_compliance: compliance(summary),
    recommendations: summary.recommendations.map(({ sentence, evidence }) => `${sentence} (${evidence.join(', ')})`),
    scenarios: reports.map(scenarioResult),
  };
}

/** Null: not known. */
function compliance({ slos }: RunsSummary): Record<string, boolean | null> {
  const names = {
    meanTimeToRecover: 'mttr_average',
    longestTimeToRecover: 'mttr_maximum',
    timeToDetect: 'detection_time',
    validation: 'validation_time',
    success: 'success_rate',
  } as const;
  return Object.fromEntries(
    slos.map(({ slo, outcome }) => [names[slo], outcome === 'unknown' ? null : outcome === 'met']),
  );
}

function seconds({ value }: Duration): number {
  return value / 1000;
}

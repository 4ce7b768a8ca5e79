import { ChaosError, type Report } from '@bridge/chaos-core';
import type { Interval } from '../statistics/interval.ts';
import { wilson } from '../statistics/wilson.ts';
import { type DurationSummary, summarizeDurations } from '../timeline/duration-summary.ts';
import { type Recommendation, recommendations } from './recommendations.ts';
import { type RecoveryTrend, recoveryTrend } from './recovery-trend.ts';
import { durationsOf, type RunFacts, runFacts } from './run-facts.ts';
import { type SloResult, type SloTargets, sloCompliance, total } from './slo-compliance.ts';

/** How runs went. Times in ms. */
export interface RunStatistics {
  readonly runs: number;
  readonly verdicts: Readonly<Partial<Record<Report['verdict'], number>>>;
  readonly passed: number;
  /** Share of runs that passed, with its 95 % Wilson interval. Every run counts: one that told nothing did not pass. */
  readonly passRate: number;
  readonly passInterval: Interval;
  /** Healthy and degraded checks of judged probes. */
  readonly successes: number;
  readonly errors: number;
  /** Runs in which users were hit. */
  readonly impacts: number;
  readonly timeToRecover: DurationSummary;
  readonly timeToDetect: DurationSummary;
}

export interface RunsSummary extends RunStatistics {
  /** By name of experiment, in the order of their first run. */
  readonly scenarios: readonly (RunStatistics & { readonly name: string })[];
  readonly slos: readonly SloResult[];
  readonly trend: RecoveryTrend;
  readonly recommendations: readonly Recommendation[];
}

/**
 * One summary of many runs. A time that was cut off is counted and never averaged as if it had been observed; nothing
 * that was not seen counts as met.
 * @throws {ChaosError} CHAOS_REPORT_UNFIT without a report.
 */
export function summarizeRuns(reports: readonly Report[], targets: SloTargets = {}): RunsSummary {
  if (reports.length === 0) throw new ChaosError('CHAOS_REPORT_UNFIT', 'expected at least one report');
  const runs = reports.toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)).map(runFacts);
  const slos = sloCompliance(runs, targets);
  const trend = recoveryTrend(runs);
  const scenarios = [...Map.groupBy(runs, ({ report }) => report.name)];
  return {
    ...statistics(runs),
    scenarios: scenarios.map(([name, own]) => ({ name, ...statistics(own) })),
    slos,
    trend,
    recommendations: recommendations({ runs, slos, trend }),
  };
}

function statistics(runs: readonly RunFacts[]): RunStatistics {
  const passed = runs.filter(({ report }) => report.passed).length;
  const byVerdict = Map.groupBy(runs, ({ report }) => report.verdict);
  const recoveries = durationsOf(runs, 'timeToRecover');
  return {
    runs: runs.length,
    verdicts: Object.fromEntries([...byVerdict].map(([verdict, own]) => [verdict, own.length])),
    passed,
    passRate: passed / runs.length,
    passInterval: wilson(passed, runs.length),
    successes: total(runs, 'successes'),
    errors: total(runs, 'errors'),
    impacts: recoveries.length,
    timeToRecover: summarizeDurations(recoveries),
    timeToDetect: summarizeDurations(durationsOf(runs, 'timeToDetect')),
  };
}

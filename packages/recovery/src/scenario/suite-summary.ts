import type { Report, SuiteEnd, SuiteResult } from '@bridge/chaos-core';
import type { SloTargets } from '../summary/slo-compliance.ts';
import { type RunsSummary, summarizeRuns } from '../summary/summarize-runs.ts';

/** What came of one scenario of a suite. */
export interface SuiteLine {
  readonly name: string;
  readonly scenario: string;
  /** Null: not run, for the reason in the sentence. */
  readonly verdict: Report['verdict'] | null;
  readonly passed: boolean;
  readonly sentence: string;
}

/** What came of a suite. */
export interface SuiteSummary {
  readonly suite: string;
  readonly ended: SuiteEnd;
  readonly passed: boolean;
  /** In the order of the suite, without those that were left out. */
  readonly scenarios: readonly SuiteLine[];
  /** Times, targets and advice over all runs; null when none was made. */
  readonly runs: RunsSummary | null;
}

/** One summary of all runs of a suite. A scenario that did not run is never counted as passed. */
export function summarizeSuite({ suite, ended, passed, runs }: SuiteResult, targets: SloTargets = {}): SuiteSummary {
  const reports = runs.flatMap((run) => (run.outcome === 'ran' ? [run.report] : []));
  return {
    suite,
    ended,
    passed,
    scenarios: runs.flatMap((run): SuiteLine[] => {
      const { name, scenario } = run;
      if (run.outcome === 'left-out') return [];
      if (run.outcome === 'not-run') return [{ name, scenario, verdict: null, passed: false, sentence: run.reason }];
      const { verdict, reasons } = run.report;
      return [{ name, scenario, verdict, passed: run.report.passed, sentence: reasons[0]?.sentence ?? '' }];
    }),
    runs: reports.length === 0 ? null : summarizeRuns(reports, targets),
  };
}

/** The summary as lines of text, for a terminal. */
export function suiteLines({ suite, ended, scenarios, runs }: SuiteSummary): readonly string[] {
  const count = scenarios.filter((scenario) => scenario.passed).length;
  const end = ended === 'complete' ? '' : `, ${ended}`;
  return [
    `suite ${suite}: ${count} of ${scenarios.length} passed${end}`,
    ...scenarios.map(({ name, verdict, sentence }) => `  ${name}: ${verdict ?? 'not run'}: ${sentence}`),
    ...(runs?.recommendations ?? []).map((advice) => `  advice: ${advice.sentence}`),
  ];
}

import { type Clock, systemClock } from '../clock.ts';
import type { ActOptions } from '../engine/chaos-engine.ts';
import type { Report } from '../run/report-schema.ts';
import { prepareSuite, type SuitePreparation } from './prepare-suite.ts';
import type { ScenarioEngine } from './run-scenario.ts';
import type { ScenarioLibrary } from './scenario-library.ts';

export interface SuiteOptions extends SuitePreparation, ActOptions {
  /** Also stop after the first run that did not pass. A leak, or being told to stop, always ends a suite. */
  readonly stopOnFailure?: boolean;
  /** Called after every run. */
  readonly onReport?: (report: Report) => void;
  readonly clock?: Clock;
}

export type SuiteRun =
  | { readonly name: string; readonly scenario: string; readonly outcome: 'ran'; readonly report: Report }
  | { readonly name: string; readonly scenario: string; readonly outcome: 'left-out' }
  | { readonly name: string; readonly scenario: string; readonly outcome: 'not-run'; readonly reason: string };

/**
 * `complete`: every scenario ran. `leaked`: a fault could not be proven undone, and breaking more would be reckless.
 * `aborted`: a run was told to stop from outside. `failed`: a run did not pass, with `stopOnFailure`.
 */
export type SuiteEnd = 'complete' | 'leaked' | 'aborted' | 'failed';

export interface SuiteResult {
  readonly suite: string;
  readonly ended: SuiteEnd;
  /** Every scenario that was not left out ran and passed. */
  readonly passed: boolean;
  readonly runs: readonly SuiteRun[];
}

/**
 * Runs the scenarios of a suite in order. All of them are expanded and checked before the first begins: throws
 * `CHAOS_SCENARIO_UNKNOWN`, `CHAOS_SCENARIO_INVALID`, `CHAOS_EXPERIMENT_INVALID` with nothing touched.
 */
export async function runSuite(
  engine: ScenarioEngine,
  library: ScenarioLibrary,
  name: string,
  options: SuiteOptions = {},
): Promise<SuiteResult> {
  const suite = library.suite(name);
  const prepared = prepareSuite(engine, library, suite, options);
  const { signal, actor, clock = systemClock } = options;
  const acting = { ...(signal === undefined ? {} : { signal }), ...(actor === undefined ? {} : { actor }) };
  const runs: SuiteRun[] = [];
  let ended: SuiteEnd = 'complete';
  for (const [index, { experiment, ...entry }] of prepared.entries()) {
    if (experiment === null) {
      runs.push({ ...entry, outcome: 'left-out' });
      continue;
    }
    if (index > 0 && ended === 'complete' && suite.pause > 0) await rest(clock, suite.pause, signal);
    if (ended === 'complete' && signal?.aborted) ended = 'aborted';
    if (ended === 'complete') {
      const report = await engine.run(experiment, acting).report;
      runs.push({ ...entry, outcome: 'ran', report });
      ended = endAfter(report, options);
      options.onReport?.(report);
    } else runs.push({ ...entry, outcome: 'not-run', reason: REASONS[ended] });
  }
  const passed = runs.every((run) => run.outcome === 'left-out' || (run.outcome === 'ran' && run.report.passed));
  return { suite: suite.name, ended, passed, runs };
}

const REASONS: Readonly<Record<Exclude<SuiteEnd, 'complete'>, string>> = {
  leaked: 'a fault of an earlier run could not be proven undone',
  aborted: 'the suite was told to stop',
  failed: 'an earlier run did not pass',
};

function endAfter(report: Report, { stopOnFailure = false }: SuiteOptions): SuiteEnd {
  if (!report.reversal.clean) return 'leaked';
  // A stop condition or the time limit ends one run; everything else that aborts is meant for all.
  const own = report.aborted?.code === 'stop-condition' || report.aborted?.code === 'max-duration';
  if (report.aborted !== null && report.aborted.code !== 'refused' && !own) return 'aborted';
  return stopOnFailure && !report.passed ? 'failed' : 'complete';
}

async function rest(clock: Clock, pause: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(pause, signal === undefined ? {} : { signal });
  } catch (thrown) {
    if (!signal?.aborted) throw thrown;
  }
}

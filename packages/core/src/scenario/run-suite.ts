import { type Clock, systemClock } from '../clock.ts';
import type { ActOptions } from '../engine/chaos-engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { problemError, shown } from '../experiment/problem.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import type { Report } from '../run/report-schema.ts';
import type { ExpandOptions, ExperimentOverlay } from './expand-scenario.ts';
import type { ParameterValues } from './parameter.ts';
import { type ScenarioEngine, scenarioExperiment } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioLibrary } from './scenario-library.ts';
import type { Suite, SuiteEntry } from './suite.ts';

export interface SuiteOptions extends Pick<ExpandOptions, 'timeScale' | 'seed'>, ActOptions {
  /** For all scenarios: each takes those it has, and every one must be taken by at least one. */
  readonly parameters?: ParameterValues;
  /** For single runs, by their name in the suite; wins over the suite's own values. */
  readonly only?: Readonly<Record<string, ParameterValues>>;
  /** For all scenarios, or chosen for each. */
  readonly experiment?: ExperimentOverlay | ((scenario: Scenario) => ExperimentOverlay);
  /** Also stop after the first run that did not pass. A leak, or being told to stop, always ends a suite. */
  readonly stopOnFailure?: boolean;
  /** Called after every run. */
  readonly onReport?: (report: Report) => void;
  readonly clock?: Clock;
}

export type SuiteRun =
  | { readonly name: string; readonly scenario: string; readonly outcome: 'ran'; readonly report: Report }
  | { readonly name: string; readonly scenario: string; readonly outcome: 'not-run'; readonly reason: string };

/**
 * `complete`: every scenario ran. `leaked`: a fault could not be proven undone, and breaking more would be reckless.
 * `aborted`: a run was told to stop from outside. `failed`: a run did not pass, with `stopOnFailure`.
 */
export type SuiteEnd = 'complete' | 'leaked' | 'aborted' | 'failed';

export interface SuiteResult {
  readonly suite: string;
  readonly ended: SuiteEnd;
  /** Every scenario ran and passed. */
  readonly passed: boolean;
  readonly runs: readonly SuiteRun[];
}

interface Prepared {
  readonly name: string;
  readonly scenario: string;
  readonly experiment: Experiment;
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
    if (index > 0 && ended === 'complete' && suite.pause > 0) await rest(clock, suite.pause, signal);
    if (ended === 'complete' && signal?.aborted) ended = 'aborted';
    if (ended === 'complete') {
      const report = await engine.run(experiment, acting).report;
      runs.push({ ...entry, outcome: 'ran', report });
      ended = endAfter(report, options);
      options.onReport?.(report);
    } else runs.push({ ...entry, outcome: 'not-run', reason: REASONS[ended] });
  }
  const passed = runs.every((run) => run.outcome === 'ran' && run.report.passed);
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

function prepareSuite(
  engine: ScenarioEngine,
  library: ScenarioLibrary,
  suite: Suite,
  options: SuiteOptions,
): readonly Prepared[] {
  const { parameters = {}, only = {}, experiment = {}, timeScale, seed } = options;
  checkNames(library, suite, parameters, only);
  return suite.scenarios.map((entry) => {
    const scenario = library.scenario(entry.scenario);
    const taken = Object.entries(parameters).filter(([key]) => Object.hasOwn(scenario.parameters, key));
    const name = nameOf(entry);
    const expanded = scenarioExperiment(engine, library, entry.scenario, {
      parameters: { ...Object.fromEntries(taken), ...entry.with, ...only[name] },
      experiment: typeof experiment === 'function' ? experiment(scenario) : experiment,
      name,
      ...(timeScale === undefined ? {} : { timeScale }),
      ...(seed === undefined ? {} : { seed }),
    });
    return { name, scenario: scenario.name, experiment: expanded };
  });
}

function checkNames(library: ScenarioLibrary, suite: Suite, parameters: object, only: object): void {
  const scenarios = suite.scenarios.map((entry) => library.scenario(entry.scenario));
  const known = new Set(scenarios.flatMap((scenario) => Object.keys(scenario.parameters)));
  const names = suite.scenarios.map(nameOf);
  const strangers = [
    ...complaints('parameters', Object.keys(parameters), [...known], 'a parameter of one of its scenarios'),
    ...complaints('only', Object.keys(only), names, 'the name of one of its runs'),
  ];
  if (strangers.length > 0) throw problemError('CHAOS_SCENARIO_INVALID', `suite ${suite.name}`, strangers);
}

function complaints(list: string, names: readonly string[], known: readonly string[], expected: string) {
  return names
    .filter((name) => !known.includes(name))
    .map((name) => ({
      path: [list, name],
      message: `expected ${expected}, got ${shown(name)}${didYouMean(name, known)}`,
    }));
}

function nameOf({ scenario, name }: SuiteEntry): string {
  return name ?? scenario;
}

async function rest(clock: Clock, pause: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await clock.sleep(pause, signal === undefined ? {} : { signal });
  } catch (thrown) {
    if (!signal?.aborted) throw thrown;
  }
}

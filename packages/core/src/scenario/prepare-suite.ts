import type { Experiment } from '../experiment/experiment.ts';
import { problemError, shown } from '../experiment/problem.ts';
import { didYouMean } from '../experiment/suggestion.ts';
import type { ExpandOptions, ExperimentOverlay } from './expand-scenario.ts';
import type { ParameterValues } from './parameter.ts';
import { type ScenarioEngine, scenarioExperiment } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioLibrary } from './scenario-library.ts';
import type { Suite, SuiteEntry } from './suite.ts';

/** What the scenarios of a suite are run with. */
export interface SuitePreparation extends Pick<ExpandOptions, 'timeScale' | 'seed'> {
  /** For all scenarios: each takes those it has, and every one must be taken by at least one. */
  readonly parameters?: ParameterValues;
  /** For single runs, by their name in the suite; wins over the suite's own values. */
  readonly perRun?: Readonly<Record<string, ParameterValues>>;
  /** Names of runs that are left out. They need no parameters. */
  readonly without?: readonly string[];
  /** For all scenarios, or chosen for each. */
  readonly experiment?: ExperimentOverlay | ((scenario: Scenario) => ExperimentOverlay);
}

/** One run of a suite before it begins; null: left out. */
export interface PreparedRun {
  readonly name: string;
  readonly scenario: string;
  readonly experiment: Experiment | null;
}

/** Every run of a suite, expanded and checked. */
export function prepareSuite(
  engine: ScenarioEngine,
  library: ScenarioLibrary,
  suite: Suite,
  options: SuitePreparation,
): readonly PreparedRun[] {
  checkNames(library, suite, options);
  const { parameters = {}, perRun = {}, without = [], experiment = {}, timeScale, seed } = options;
  return suite.scenarios.map((entry) => {
    const scenario = library.scenario(entry.scenario);
    const name = nameOf(entry);
    if (without.includes(name)) return { name, scenario: scenario.name, experiment: null };
    const taken = Object.entries(parameters).filter(([key]) => Object.hasOwn(scenario.parameters, key));
    const expanded = scenarioExperiment(engine, library, entry.scenario, {
      parameters: { ...Object.fromEntries(taken), ...entry.with, ...perRun[name] },
      experiment: typeof experiment === 'function' ? experiment(scenario) : experiment,
      name,
      ...(timeScale === undefined ? {} : { timeScale }),
      ...(seed === undefined ? {} : { seed }),
    });
    return { name, scenario: scenario.name, experiment: expanded };
  });
}

function checkNames(library: ScenarioLibrary, suite: Suite, options: SuitePreparation): void {
  const { parameters = {}, perRun = {}, without = [] } = options;
  const scenarios = suite.scenarios.map((entry) => library.scenario(entry.scenario));
  const known = new Set(scenarios.flatMap((scenario) => Object.keys(scenario.parameters)));
  const names = suite.scenarios.map(nameOf);
  const strangers = [
    ...complaints('parameters', Object.keys(parameters), [...known], 'a parameter of one of its scenarios'),
    ...complaints('perRun', Object.keys(perRun), names, 'the name of one of its runs'),
    ...complaints('without', without, names, 'the name of one of its runs'),
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

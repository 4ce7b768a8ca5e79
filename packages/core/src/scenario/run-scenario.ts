import type { ActOptions, ChaosEngine } from '../engine/chaos-engine.ts';
import type { Experiment } from '../experiment/experiment.ts';
import type { Plugins } from '../experiment/input.ts';
import type { Run } from '../run/run.ts';
import type { ExpandOptions } from './expand-scenario.ts';
import type { ScenarioLibrary } from './scenario-library.ts';

/** What runs scenarios: any {@link ChaosEngine}. */
export type ScenarioEngine = Pick<ChaosEngine<Plugins>, 'parse' | 'run'>;

/** A scenario of a library as an experiment for `engine.plan` and `engine.run`, checked against the engine's plugins. */
export function scenarioExperiment(
  engine: Pick<ScenarioEngine, 'parse'>,
  library: ScenarioLibrary,
  name: string,
  options: ExpandOptions = {},
): Experiment {
  return engine.parse(library.expand(name, options));
}

/** Runs one scenario of a library. */
export function runScenario(
  engine: ScenarioEngine,
  library: ScenarioLibrary,
  name: string,
  options: ExpandOptions & ActOptions = {},
): Run {
  const { signal, actor, ...expansion } = options;
  const acting = { ...(signal === undefined ? {} : { signal }), ...(actor === undefined ? {} : { actor }) };
  return engine.run(scenarioExperiment(engine, library, name, expansion), acting);
}

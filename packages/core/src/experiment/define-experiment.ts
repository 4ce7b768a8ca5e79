import { Registry } from '../registry.ts';
import type { ExperimentInput, Plugins } from './input.ts';
import { parseExperiment } from './parse-experiment.ts';

/**
 * Declares an experiment for the plugins it will run with, given as a list or as the engine that has them, so that
 * fault types, params, targets and queries are checked by the compiler, and again here at run time: throws
 * `CHAOS_EXPERIMENT_INVALID` where the experiment is written, not where it is run. Returns the same data.
 */
export function defineExperiment<const Ps extends Plugins>(
  plugins: Ps | { readonly plugins: Ps },
  experiment: ExperimentInput<Ps>,
): ExperimentInput<Ps> {
  parseExperiment(experiment, new Registry(isList(plugins) ? plugins : plugins.plugins));
  return experiment;
}

function isList<Ps extends Plugins>(plugins: Ps | { readonly plugins: Ps }): plugins is Ps {
  return Array.isArray(plugins);
}

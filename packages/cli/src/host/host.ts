import { ChaosEngine, type ChaosPlugin, type EngineOptions, type Experiment, isChaosError } from '@bridge/chaos-core';
import type { LoadedConfig } from '../config/load-config.ts';
import { EVERYTHING, loadPlugins, type Wanted } from '../config/load-plugins.ts';
import { wantedBy } from '../config/wanted-by.ts';
import type { ExperimentSource } from './experiment-source.ts';

/** An engine of plugins that are known at run time only. */
export type AnyEngine = ChaosEngine<readonly ChaosPlugin[]>;

/** An engine as the host file has it; nothing is started. */
export function engineOf(
  config: LoadedConfig,
  plugins: readonly ChaosPlugin[],
  choice: Pick<EngineOptions, 'armed' | 'ledger' | 'sampler'>,
): AnyEngine {
  const { state, engine } = config;
  return new ChaosEngine<readonly ChaosPlugin[]>({ service: 'chaos', ...choice, ...engine, state, plugins });
}

/** Whether `chaos run` may inject: unless the host file, or else `CHAOS_ENABLED`, says no. */
export function isArmed({ engine }: LoadedConfig, env: NodeJS.ProcessEnv): boolean {
  return engine.armed ?? (env['CHAOS_ENABLED'] === undefined || env['CHAOS_ENABLED'] === 'true');
}

/** An experiment and the plugins it needs. */
export interface Understood {
  readonly experiment: Experiment;
  readonly plugins: readonly ChaosPlugin[];
}

/** Parses with the plugins whose words stand in the text, and with all where those are not enough. */
export async function understand(config: LoadedConfig, source: ExperimentSource): Promise<Understood> {
  if (source.kind === 'module') return await parsed(config, EVERYTHING, source.value);
  try {
    return await parsed(config, wantedBy(source.text), source.text);
  } catch (error) {
    // The error that all plugins give lists what there is; and safety rules may name faults the experiment does not.
    if (!isChaosError(error, 'CHAOS_EXPERIMENT_INVALID') && !isChaosError(error, 'CHAOS_OPTIONS_INVALID')) throw error;
    return await parsed(config, EVERYTHING, source.text);
  }
}

async function parsed(config: LoadedConfig, wanted: Wanted, input: unknown): Promise<Understood> {
  const plugins = await loadPlugins(config, wanted);
  const engine = engineOf(config, plugins, { armed: false });
  return { experiment: engine.parse(input), plugins };
}

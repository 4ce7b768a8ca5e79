import { join } from 'node:path';
import type { ChaosPlugin, JsonObject } from '@bridge/chaos-core';
import { importDefault } from './import-default.ts';
import type { LoadedConfig } from './load-config.ts';
import { OWN_PLUGINS, type OwnPlugin } from './own-plugins.ts';
import { usageError } from './usage-error.ts';

/** Whether a plugin of ours is needed. */
export type Wanted = (plugin: OwnPlugin) => boolean;

export const EVERYTHING: Wanted = () => true;

/** The host file's plugins, and those of ours that are wanted and not left out. */
export async function loadPlugins(config: LoadedConfig, wanted: Wanted): Promise<readonly ChaosPlugin[]> {
  const { plugins } = config;
  if (isList(plugins)) return plugins;
  const named = new Map(Object.entries(plugins));
  const own = OWN_PLUGINS.filter(({ name, isDefault }) => named.get(name) ?? isDefault).filter(wanted);
  const others = [...named].filter(([name, options]) => options !== false && !isOwn(name));
  return await Promise.all([
    ...own.map(async (plugin) => make((await plugin.load()).default, optionsOf(plugin, named, config), plugin.name)),
    ...others.map(async ([name, options]) =>
      make(await importDefault(name, config.base), typeof options === 'object' ? options : {}, name),
    ),
  ]);
}

function isList(plugins: LoadedConfig['plugins']): plugins is readonly ChaosPlugin[] {
  return Array.isArray(plugins);
}

function isOwn(name: string): boolean {
  return OWN_PLUGINS.some((plugin) => plugin.name === name);
}

/** Proxies of other processes are found where they register: beside the state, unless the host file says otherwise. */
function optionsOf(
  { name }: OwnPlugin,
  named: ReadonlyMap<string, JsonObject | boolean>,
  { state }: LoadedConfig,
): JsonObject {
  const options = named.get(name);
  const given = typeof options === 'object' ? options : {};
  return name === 'proxies' ? { registry: join(state, 'proxies'), ...given } : given;
}

function make(factory: unknown, options: JsonObject, name: string): ChaosPlugin {
  if (typeof factory !== 'function') throw usageError(`expected plugin ${name} to be a function from options`);
  const made: unknown = factory(options);
  if (isPlugin(made)) return made;
  throw usageError(`expected plugin ${name} to make an object with faults, probes and targets`);
}

export function isPlugin(value: unknown): value is ChaosPlugin {
  return typeof value === 'object' && value !== null && 'faults' in value && 'probes' in value && 'targets' in value;
}

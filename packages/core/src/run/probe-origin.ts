import type { RecoveryProbe } from '../probe/probe.ts';
import type { Registry } from '../registry.ts';
import type { ProbeOrigin } from './sampler.ts';

/** The plugin module another thread finds a probe's implementation in; undefined when it came with its spec. */
export function originOf(registry: Registry, probe: RecoveryProbe): ProbeOrigin | undefined {
  const plugin = registry.plugins.find(({ probes }) => probes.includes(probe));
  if (plugin === undefined) return undefined;
  const { module, specifier, options } = plugin;
  return { module, options, ...(specifier === undefined ? {} : { specifier }) };
}

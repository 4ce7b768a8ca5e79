import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ProbeOrigin, SampledProbe } from '@bridge/chaos-core';
import { recovery } from '../plugin.ts';

/** What a thread needs to make a probe again. */
export interface ProbeModule {
  readonly url: string;
  readonly options: ProbeOrigin['options'];
}

/** URL of this file, or of the bundle it was made part of. Bundlers that write CommonJS leave no `import.meta.url`. */
export function here(): string {
  const url: string | undefined = import.meta.url;
  return url ?? pathToFileURL(__filename).href;
}

/** `ts` or `js`, or undefined when this file was bundled. */
export function ownExtension(): string | undefined {
  return /\/sampling\/probe-module\.(ts|js)$/.exec(here())?.[1];
}

/** URL of a package's module as seen from this file or from the bundle. @throws when it is not installed there. */
export function resolveInstalled(specifier: string): string {
  return pathToFileURL(createRequire(here()).resolve(specifier)).href;
}

/** The module another thread can import to make this probe, or why there is none. */
export function probeModule(probe: SampledProbe): ProbeModule | { readonly reason: string } {
  const origin = probe.origin ?? ownOrigin(probe);
  if (origin === undefined) return { reason: 'its type is not provided by a plugin' };
  const module: string | undefined = origin.module;
  const bundled = module === undefined || (module === here() && ownExtension() === undefined);
  if (!bundled) return { url: module, options: origin.options };
  if (origin.specifier === undefined) return { reason: 'its plugin was bundled and names no specifier' };
  try {
    return { url: resolveInstalled(origin.specifier), options: origin.options };
  } catch {
    return { reason: `its plugin was bundled and ${origin.specifier} is not installed beside the bundle` };
  }
}

/** A probe of this package that came with its spec, without the plugin. */
function ownOrigin({ implementation }: SampledProbe): ProbeOrigin | undefined {
  const plugin = recovery();
  const isOwn = plugin.probes.some(({ type, options }) => {
    return type === implementation.type && Object.is(options, implementation.options);
  });
  if (!isOwn) return undefined;
  const { module, specifier, options } = plugin;
  return { module, options, ...(specifier === undefined ? {} : { specifier }) };
}

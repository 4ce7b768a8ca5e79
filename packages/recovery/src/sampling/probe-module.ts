import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { ProbeOrigin, RecoveryProbe, SampledProbe } from '@bridge/chaos-core';
import { OWN_PROBES } from '../probe/own-probes.ts';

/** What a thread needs to make a probe again. */
export interface ProbeModule {
  readonly url: string;
  readonly options: ProbeOrigin['options'];
}

/** Why there is no such module. */
export interface Unavailable {
  readonly reason: string;
}

const IN_HOST = 'it looks at the state of the host itself';
const NOT_IN_A_PLUGIN = 'its type is not provided by a plugin';

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
export function probeModule(probe: Pick<SampledProbe, 'implementation' | 'origin'>): ProbeModule | Unavailable {
  if (probe.implementation.inHost) return { reason: IN_HOST };
  if (probe.origin === undefined) return isOwn(probe.implementation) ? ownModule() : { reason: NOT_IN_A_PLUGIN };
  const { module, specifier, options } = probe.origin;
  const url: string | undefined = module;
  const bundled = url === undefined || (url === here() && ownExtension() === undefined);
  if (!bundled) return { url, options };
  if (specifier === undefined) return { reason: 'its plugin was bundled and names no specifier' };
  return installedModule(specifier, options);
}

/** A probe of this package may come with its spec, without the plugin. */
function isOwn({ type, options }: RecoveryProbe): boolean {
  return OWN_PROBES.some((own) => own.type === type && Object.is(own.options, options));
}

function ownModule(): ProbeModule | Unavailable {
  const extension = ownExtension();
  if (extension === undefined) return installedModule('@bridge/chaos-recovery', {});
  return { url: new URL(`../plugin.${extension}`, here()).href, options: {} };
}

function installedModule(specifier: string, options: ProbeOrigin['options']): ProbeModule | Unavailable {
  try {
    return { url: resolveInstalled(specifier), options };
  } catch {
    return { reason: `it was bundled and ${specifier} is not installed beside the bundle` };
  }
}

import { createRequire } from 'node:module';
import { isAbsolute, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isChaosError, messageOf } from '@bridge/chaos-core';
import { usageError } from './usage-error.ts';

/** The default export of a module: a path, taken from `base`, or a package that is installed there. */
export async function importDefault(specifier: string, base: string): Promise<unknown> {
  try {
    const loaded: unknown = await import(locationOf(specifier, base));
    if (typeof loaded === 'object' && loaded !== null && 'default' in loaded) return loaded.default;
  } catch (cause) {
    if (isChaosError(cause)) throw cause;
    throw usageError(`expected to import ${specifier}: ${messageOf(cause)}`, cause);
  }
  throw usageError(`expected ${specifier} to have a default export`);
}

function locationOf(specifier: string, base: string): string {
  if (specifier.startsWith('file:') || specifier.startsWith('node:')) return specifier;
  if (isAbsolute(specifier) || specifier.startsWith('.')) return pathToFileURL(resolve(base, specifier)).href;
  return pathToFileURL(createRequire(resolve(base, 'chaos.config.js')).resolve(specifier)).href;
}

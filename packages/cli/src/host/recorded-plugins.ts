import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ChaosPlugin, JsonObject } from '@bridge/chaos-core';
import { importDefault } from '../config/import-default.ts';
import { isPlugin } from '../config/load-plugins.ts';
import { usageError } from '../config/usage-error.ts';
import type { LiveEntry } from './state-of.ts';

/**
 * The plugins that left the entries, built again from what the journal says of them: so that anybody's state folder can be
 * put right without the program that made it. Throws a usage error for a folder that another user could have written.
 */
export async function recordedPlugins(state: string, entries: readonly LiveEntry[]): Promise<readonly ChaosPlugin[]> {
  const plugins = new Map<string, ChaosPlugin>();
  if (entries.length > 0) await requireOwn(state);
  for (const entry of entries) {
    if (entry.kind === 'damaged' || plugins.has(entry.record.plugin.name)) continue;
    const plugin = await rebuilt(entry.record.plugin);
    if (plugin !== undefined) plugins.set(plugin.name, plugin);
  }
  return [...plugins.values()];
}

/** A journal names modules to import, so it must be our own, or root's. */
async function requireOwn(state: string): Promise<void> {
  const own = process.getuid?.();
  const { uid, mode } = await stat(state);
  const isForeign = own !== undefined && uid !== own && uid !== 0;
  if (!isForeign && (mode & 0o022) === 0) return;
  throw usageError(
    `expected ${state} to belong to this user and to be writable by nobody else, since its journal names modules that would be imported`,
  );
}

interface Recorded {
  readonly name: string;
  readonly module: string;
  readonly specifier?: string | undefined;
  readonly options: unknown;
}

async function rebuilt({ module, options }: Recorded): Promise<ChaosPlugin | undefined> {
  const factory = await importDefault(module, fileURLToPath(new URL('.', module)));
  if (typeof factory !== 'function') return undefined;
  const made: unknown = factory(isObject(options) ? options : {});
  return isPlugin(made) ? made : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

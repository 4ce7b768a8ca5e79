import { type Json, type Logger, messageOf, silentLogger } from '@bridge/chaos-core';
import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import { parseExperiment } from '../experiment/parse-experiment.ts';
import { parsePythonJson } from '../python/json.ts';
import { type PyValue, toJson } from '../python/value.ts';
import type { GlobalControl } from '../run/controls.ts';
import type { Finding } from '../run/finding.ts';
import { findTraps } from '../strict/find-traps.ts';
import { fetchSource, type SourceAccess } from './fetch-source.ts';
import { parseSource, readSource, type SourceFormat } from './read-source.ts';

/** An experiment that is well formed; whether it can run on this host, the run looks at. */
export interface ImportedExperiment {
  readonly title: string;
  /** As written. */
  readonly json: Json;
  /** What the author probably did not mean; mode `strict` refuses it. */
  readonly traps: readonly Finding[];
  /** A copy for one run: controls may change it. */
  fresh(): ChaosToolkitExperiment;
}

/** A file or address, a text, or an experiment that was read already. */
export type ExperimentSource =
  | string
  | { readonly text: string; readonly format: SourceFormat }
  | { readonly json: Json };

export interface ImportOptions extends SourceAccess {
  /** Their hooks around the loading. */
  readonly globalControls?: readonly GlobalControl[];
  /** Default: silent. */
  readonly log?: Logger;
}

/**
 * Reads a Chaos Toolkit experiment: a `.json`, `.yaml` or `.yml` file (YAML as PyYAML reads it) or an http(s) address.
 * Throws `CHAOS_EXPERIMENT_UNREADABLE`, or `CHAOS_EXPERIMENT_INVALID` naming what was expected and what came.
 */
export async function importChaosToolkit(
  source: ExperimentSource,
  { globalControls = [], log = silentLogger, ...access }: ImportOptions = {},
): Promise<ImportedExperiment> {
  const name = typeof source === 'string' ? source : 'experiment';
  await eachHook(globalControls, log, (control) => control.module.beforeLoadingExperiment?.(name));
  const value = await read(source, access);
  await eachHook(globalControls, log, (control) => control.module.afterLoadingExperiment?.(name, toJson(value)));
  const experiment = parseExperiment(value);
  return {
    title: experiment.title,
    json: toJson(value),
    traps: findTraps(experiment),
    fresh: () => parseExperiment(copied(value)),
  };
}

async function read(source: ExperimentSource, access: SourceAccess): Promise<PyValue> {
  if (typeof source !== 'string') {
    return 'json' in source ? parsePythonJson(JSON.stringify(source.json)) : parseSource(source.text, source.format);
  }
  return /^https?:\/\//i.test(source) ? await fetchSource(source, access) : await readSource(source);
}

/** As everywhere with controls: what a hook throws is logged and passed over. */
async function eachHook(
  controls: readonly GlobalControl[],
  log: Logger,
  call: (control: GlobalControl) => void | Promise<void>,
): Promise<void> {
  for (const control of controls) {
    try {
      await call(control);
    } catch (error) {
      log.warn({ control: control.name, reason: messageOf(error) }, 'a control failed and was passed over');
    }
  }
}

function copied(value: PyValue): PyValue {
  if (Array.isArray(value)) return value.map(copied);
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, copied(member)]));
}

import { access } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { type ChaosPlugin, duration, type JsonObject } from '@bridge/chaos-core';
import * as z from 'zod';
import type { Attach, EngineSettings, ReportKeeping } from './config.ts';
import { importDefault } from './import-default.ts';
import { readLimited } from './read-limited.ts';
import { usageError } from './usage-error.ts';

// A command checks a few values and ends: compiling a checker for each schema takes longer than it saves.
z.config({ jitless: true });

const NAMES = ['ts', 'mts', 'js', 'mjs', 'yaml', 'yml'].map((ending) => `chaos.config.${ending}`);
const YAML = new Set(['.yaml', '.yml', '.json']);

const isPlugin = (value: unknown): boolean => typeof value === 'object' && value !== null && 'faults' in value;
const isOptions = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const plugin = z.custom<ChaosPlugin>(isPlugin, 'expected a plugin');
const settings = z.custom<EngineSettings>((value) => typeof value === 'object' && value !== null, 'expected an object');
const pluginOptions = z.custom<JsonObject>(isOptions, 'expected options, true or false');

const configSchema = z.strictObject({
  state: z.string().min(1).optional(),
  ledger: z.union([z.string().min(1), z.literal(false)]).optional(),
  plugins: z.union([z.array(plugin), z.record(z.string().min(1), z.union([z.boolean(), pluginOptions]))]).optional(),
  engine: settings.optional(),
  reports: z
    .strictObject({
      folder: z.string().min(1).exactOptional(),
      recipients: z.array(z.string().min(1)).exactOptional(),
      archiveAfter: duration.exactOptional(),
      removeAfter: duration.exactOptional(),
      keep: z.int().min(1).exactOptional(),
    })
    .default({}),
  cards: z.array(z.string().min(1)).default([]),
  scenarios: z.array(z.string().min(1)).default([]),
  attach: z.custom<Attach>((value) => typeof value === 'function', 'expected a function').optional(),
});

/** The host file as it counts: paths absolute, defaults filled in. */
export interface LoadedConfig {
  /** The file, or undefined where there is none. */
  readonly file: string | undefined;
  /** What paths in it are relative to. */
  readonly base: string;
  readonly state: string;
  readonly ledger: string | undefined;
  readonly plugins: readonly ChaosPlugin[] | Readonly<Record<string, JsonObject | boolean>>;
  readonly engine: EngineSettings;
  readonly reports: ReportKeeping & { readonly folder: string };
  /** Absolute. */
  readonly cards: readonly string[];
  readonly scenarios: readonly string[];
  readonly attach: Attach | undefined;
}

export interface ConfigChoice {
  /** `--config`. */
  readonly config?: string | undefined;
  /** `--state`. */
  readonly state?: string | undefined;
}

/** Reads the host file: the one that is named, else `chaos.config.*` in this folder. Throws usage errors with paths. */
export async function loadConfig(cwd: string, choice: ConfigChoice): Promise<LoadedConfig> {
  const file = choice.config === undefined ? await findFile(cwd) : resolve(cwd, choice.config);
  const base = file === undefined ? cwd : dirname(file);
  const checked = configSchema.safeParse(file === undefined ? {} : await contentOf(file, base));
  if (!checked.success) throw usageError(`the host file ${file}: ${z.prettifyError(checked.error)}`);
  const { state = '.chaos', ledger, plugins = {}, engine = {}, reports, cards, scenarios, attach } = checked.data;
  const folder = choice.state === undefined ? resolve(base, state) : resolve(cwd, choice.state);
  const ledgerFolder = ledger === undefined ? join(folder, 'ledger') : ledger && resolve(base, ledger);
  const absolute = (path: string): string => resolve(base, path);
  return {
    file,
    base,
    state: folder,
    ledger: ledgerFolder || undefined,
    plugins,
    engine,
    reports: { ...reports, folder: reports.folder === undefined ? join(folder, 'reports') : absolute(reports.folder) },
    cards: cards.map(absolute),
    scenarios: scenarios.map(absolute),
    attach,
  };
}

async function findFile(cwd: string): Promise<string | undefined> {
  for (const name of NAMES) {
    const path = join(cwd, name);
    // Not there, or not ours to read: the next name.
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return undefined;
}

async function contentOf(file: string, base: string): Promise<unknown> {
  if (!YAML.has(extname(file))) return await importDefault(file, base);
  const { readYaml } = await import('./read-yaml.ts');
  return readYaml(await readLimited(file), file);
}

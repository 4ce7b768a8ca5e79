import { readFile } from 'node:fs/promises';
import { ChaosError, messageOf } from '../errors.ts';
import { readText } from '../experiment/read-text.ts';
import { type RuntimeConfig, runtimeConfig } from './runtime-config.ts';
import { Settings } from './settings.ts';

export interface RuntimeConfigSource {
  /** The file. Default `bridge.runtime.yaml`, which need not exist; one that is named must. */
  readonly file?: string;
  /** The content instead of a file: YAML or JSON text, or what it says. */
  readonly content?: unknown;
  /** Default: those of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Keys of the same file that belong to others, dotted: `services`, `runtime.name`. */
  readonly foreign?: readonly string[];
}

const USUAL = 'bridge.runtime.yaml';

/**
 * The configuration in force: defaults, then the file, then the environment. Nothing is started.
 *
 * @throws {ChaosError} CHAOS_CONFIGURATION_INVALID with every problem: its path, what was expected, what came.
 */
export async function loadRuntimeConfig(source: RuntimeConfigSource = {}): Promise<RuntimeConfig> {
  const { file = USUAL, content, environment = process.env, foreign = [] } = source;
  const text = content === undefined ? await fileText(file, source.file !== undefined) : content;
  const name = content === undefined ? file : 'the configuration';
  const written = typeof text === 'string' ? parsed(name, text) : text;
  return runtimeConfig(Settings.read({ written, file: name, environment, foreign }));
}

async function fileText(file: string, required: boolean): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    if (!required && cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new ChaosError('CHAOS_CONFIGURATION_INVALID', `expected a readable file ${file}, got ${messageOf(cause)}`, {
      cause,
    });
  }
}

function parsed(name: string, text: string): unknown {
  try {
    return readText(text, 'a configuration');
  } catch (cause) {
    throw new ChaosError('CHAOS_CONFIGURATION_INVALID', `${name}: ${messageOf(cause)}`, { cause });
  }
}

import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { parsePythonJson } from '../python/json.ts';
import type { PyValue } from '../python/value.ts';
import { parsePythonYaml } from '../python/yaml.ts';
import { checkPlain } from './check-plain.ts';

const LARGEST = 2 ** 20;
const MOST_ALIASES = 100;

export type SourceFormat = 'json' | 'yaml';

/** Reads the file; its name says the format. Throws `CHAOS_EXPERIMENT_UNREADABLE`. */
export async function readSource(file: string): Promise<PyValue> {
  const format = formatOf(file);
  try {
    const { size } = await stat(file);
    if (size > LARGEST) throw unreadable(file, `expected at most ${LARGEST} bytes, got ${size}`);
    return parseSource(await readFile(file, 'utf8'), format, file);
  } catch (error) {
    if (error instanceof ChaosError) throw error;
    throw unreadable(file, `expected a file that can be read: ${messageOf(error)}`, error);
  }
}

function formatOf(file: string): SourceFormat {
  const extension = extname(file);
  if (extension === '.json') return 'json';
  if (extension === '.yaml' || extension === '.yml') return 'yaml';
  throw unreadable(file, `expected a name that ends in .json, .yaml or .yml, got ${JSON.stringify(extension)}`);
}

/**
 * Parses JSON as Python's `json` does, or YAML as PyYAML's `safe_load`, at most 1 MiB; alias bombs, deep nesting and
 * integers that JavaScript cannot hold are refused. Throws `CHAOS_EXPERIMENT_UNREADABLE`.
 */
export function parseSource(text: string, format: SourceFormat, name = 'the text'): PyValue {
  const size = Buffer.byteLength(text);
  if (size > LARGEST) throw unreadable(name, `expected at most ${LARGEST} bytes, got ${size}`);
  try {
    const value = format === 'json' ? parsePythonJson(text) : fromYaml(text);
    checkPlain(value);
    return value;
  } catch (error) {
    const reason = messageOf(error);
    const deep = reason.includes('call stack') ? 'expected fewer levels of nesting' : reason;
    throw unreadable(name, `expected ${format.toUpperCase()}: ${deep}`, error);
  }
}

function fromYaml(text: string): PyValue {
  const document = parsePythonYaml(text);
  const [problem] = document.errors;
  if (problem !== undefined) throw problem;
  return document.toJS({ maxAliasCount: MOST_ALIASES });
}

export function unreadable(name: string, reason: string, cause?: unknown): ChaosError {
  return new ChaosError('CHAOS_EXPERIMENT_UNREADABLE', `${name}: ${reason}`, cause === undefined ? {} : { cause });
}

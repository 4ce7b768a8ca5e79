import type { Json } from '@bridge/chaos-core';
import { join } from '../experiment/fields.ts';
import { invalid, shown } from '../experiment/invalid.ts';
import { parsePythonJson } from '../python/json.ts';
import { isDict, numberOf, type PyDict, type PyValue, pyFloat } from '../python/value.ts';
import type { Vault } from './vault.ts';

type Overrides = Readonly<Record<string, Json>>;

/** The declared configuration; values of the environment are read now, dynamic ones stay as they are. */
export function loadConfiguration(declared: PyDict, overrides: Overrides, environment: NodeJS.ProcessEnv): PyDict {
  const loaded: Record<string, PyValue> = {};
  for (const [key, written] of Object.entries(declared)) {
    const value = Object.hasOwn(overrides, key) ? plain(overrides[key]) : written;
    loaded[key] =
      isDict(value) && value['type'] === 'env' ? fromEnvironment(value, `configuration.${key}`, environment) : value;
  }
  return loaded;
}

function plain(value: Json | undefined): PyValue {
  return parsePythonJson(JSON.stringify(value ?? null));
}

function fromEnvironment(value: PyDict, path: string, environment: NodeJS.ProcessEnv): PyValue {
  const { key = null, default: fallback, env_var_type: type = null } = value;
  if (typeof key !== 'string') throw invalid(join(path, 'key'), 'the name of an environment variable', shown(key));
  const text = environment[key];
  if (text === undefined && fallback === undefined) {
    throw invalid(path, `the environment variable ${key}, or a "default"`, 'neither');
  }
  return convert(text ?? fallback ?? null, type, path);
}

/** Converts as `env_var_type` and `--var key:type=value` do. */
export function convert(value: PyValue, type: PyValue, path: string): PyValue {
  if (type === null || type === 'str' || type === 'string' || type === 'bytes') return value;
  if (type === 'bool') {
    return typeof value === 'string' ? !['false', '0', 'no'].includes(value.toLowerCase()) : value;
  }
  if (type === 'json') return typeof value === 'string' && value !== '' ? parsedJson(value, path) : value;
  const number = typeof value === 'string' ? Number(value.trim() === '' ? Number.NaN : value) : numberOf(value);
  if (type === 'int' || type === 'integer') {
    if (Number.isInteger(number) && !/[.eExX]/.test(String(value))) return number ?? null;
    throw invalid(path, 'an integer', shown(value));
  }
  if (type === 'float' || type === 'number') {
    if (number !== undefined && !Number.isNaN(number)) return pyFloat(number);
    throw invalid(path, 'a number', shown(value));
  }
  throw invalid(path, 'a type out of str, int, float, bytes, bool and json', shown(type));
}

function parsedJson(text: string, path: string): PyValue {
  try {
    return parsePythonJson(text);
  } catch {
    throw invalid(path, 'a text that is JSON', shown(text));
  }
}

/** Where secrets come from that do not stand in the experiment. */
export interface SecretSources {
  readonly environment: NodeJS.ProcessEnv;
  readonly vault: Vault;
}

/** Secrets by scope; at any depth a value may come from the environment or from Vault. */
export async function loadSecrets(
  declared: PyDict,
  overrides: Overrides,
  sources: SecretSources,
  path = 'secrets',
): Promise<PyDict> {
  const loaded: Record<string, PyValue> = {};
  for (const [key, value] of Object.entries(declared)) {
    const where = join(path, key);
    const override = overrides[key];
    const isSource = isDict(value) && (value['type'] === 'env' || value['type'] === 'vault');
    if (!isDict(value)) loaded[key] = override === undefined ? value : plain(override);
    else if (isSource) loaded[key] = override === undefined ? await fromSource(value, where, sources) : plain(override);
    else loaded[key] = await loadSecrets(value, isOverrides(override) ? override : {}, sources, where);
  }
  return loaded;
}

function isOverrides(value: Json | undefined): value is Overrides {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

async function fromSource(value: PyDict, path: string, { environment, vault }: SecretSources): Promise<PyValue> {
  return value['type'] === 'vault' ? await vault.read(value, path) : fromSecretVariable(value, path, environment);
}

function fromSecretVariable({ key = null }: PyDict, path: string, environment: NodeJS.ProcessEnv): string {
  const text = typeof key === 'string' ? environment[key] : undefined;
  if (text === undefined) throw invalid(path, `the environment variable ${shown(key)}`, 'none');
  return text;
}

/** `n:int=9` of the command line as a name and a value. Throws `CHAOS_EXPERIMENT_INVALID`. */
export function parseVariable(text: string): readonly [name: string, value: Json] {
  const [, name, type, value] = /^([^=:]+)(?::([^=]*))?=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw invalid('--var', 'name=value or name:type=value', shown(text));
  const converted = convert(value, type ?? null, `--var ${name}`);
  return [name, JSON.parse(JSON.stringify(converted))];
}

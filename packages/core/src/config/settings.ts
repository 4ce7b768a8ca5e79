import { beneath, type Problem, problemError } from '../experiment/problem.ts';
import { checkedBy } from '../experiment/zod-schema.ts';
import type { Json } from '../json.ts';
import { createRedactor } from '../redaction/redactor.ts';
import { KEYS } from './configuration-keys.ts';
import type { Key } from './key.ts';
import type { Origin, Setting } from './origin.ts';
import { readVariables } from './variables.ts';
import { readKeys } from './written-keys.ts';

export interface SettingsSource {
  /** The file's content, parsed; undefined when there is none. */
  readonly written: unknown;
  /** Name of the file, for origins. */
  readonly file: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly foreign: readonly string[];
}

interface Given {
  readonly value: unknown;
  readonly origin: Origin;
}

/** Every key with what the file or the environment says; the environment wins. */
export class Settings {
  readonly #given: ReadonlyMap<string, Given>;

  private constructor(given: ReadonlyMap<string, Given>) {
    this.#given = given;
  }

  /** Throws `CHAOS_CONFIGURATION_INVALID` with every problem and its path. */
  static read({ written, file, environment, foreign }: SettingsSource): Settings {
    const keys = readKeys(written, foreign);
    const variables = readVariables(environment);
    const given = new Map<string, Given>();
    for (const [path, value] of keys.values) given.set(path, { value, origin: { from: 'file', file } });
    for (const { key, variable, value } of variables.said) {
      given.set(key.path, { value, origin: { from: 'environment', variable } });
    }
    const problems = [
      ...keys.problems,
      ...variables.problems,
      ...KEYS.flatMap((key) => wrong(key, given.get(key.path))),
    ];
    if (problems.length > 0) throw problemError('CHAOS_CONFIGURATION_INVALID', file, problems);
    return new Settings(given);
  }

  get<Value>(key: Key<Value>): Value {
    return key.value.parse(this.#given.get(key.path)?.value);
  }

  /** Whether somebody said it. */
  has({ path }: Pick<Key, 'path'>): boolean {
    return this.#given.has(path);
  }

  /** As written. */
  raw({ path }: Pick<Key, 'path'>): unknown {
    return this.#given.get(path)?.value;
  }

  /** What is in force and who said so; defaults only of keys that have one. Secrets in addresses are taken out. */
  list(): Setting[] {
    const redactor = createRedactor();
    return KEYS.flatMap(({ path, fallback }): Setting[] => {
      const given = this.#given.get(path);
      if (given !== undefined) return [{ path, value: redactor.json(given.value), origin: given.origin }];
      return fallback === undefined ? [] : [{ path, value: fallback satisfies Json, origin: { from: 'default' } }];
    });
  }
}

function wrong(key: Key, given: Given | undefined): Problem[] {
  if (given === undefined) return [];
  const checked = checkedBy(key.value, given.value);
  if (checked.ok) return [];
  const { origin } = given;
  return beneath(origin.from === 'environment' ? [origin.variable] : key.path.split('.'), checked.problems);
}

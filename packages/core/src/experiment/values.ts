import { readFile } from 'node:fs/promises';
import { messageOf } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Experiment, ValueSource } from './experiment.ts';
import { type Problem, problemError } from './problem.ts';

/** Every text within the secrets: what must never appear in events, journal, logs or reports. For `redactor.hide`. */
export type SecretValues = readonly string[];

/** Configuration and secrets of one run, read. */
export interface ExperimentValues {
  readonly configuration: JsonObject;
  readonly secrets: JsonObject;
  readonly secretValues: SecretValues;
}

/**
 * Reads configuration and secrets where they are. A file gives its text without the line break at its end. Throws
 * `CHAOS_CONFIGURATION_MISSING` with every key that could not be read and where it was looked for.
 */
export async function readValues(
  experiment: Pick<Experiment, 'configuration' | 'secrets'>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ExperimentValues> {
  const problems: Problem[] = [];
  const read = async (group: 'configuration' | 'secrets'): Promise<JsonObject> => {
    const members = Object.entries(experiment[group]).map(async ([key, source]): Promise<[string, Json]> => {
      const found = await readValue(source, environment);
      if ('value' in found) return [key, found.value];
      problems.push({ path: [group, key], message: found.missing });
      return [key, null];
    });
    return Object.fromEntries(await Promise.all(members));
  };
  const [configuration, secrets] = await Promise.all([read('configuration'), read('secrets')]);
  if (problems.length > 0) throw problemError('CHAOS_CONFIGURATION_MISSING', 'a value cannot be read', problems);
  return { configuration, secrets, secretValues: [...new Set(textsIn(secrets))].filter((text) => text !== '') };
}

/** The texts of secrets that stand in the experiment itself: known before any is read. */
export function writtenSecrets({ secrets }: Pick<Experiment, 'secrets'>): SecretValues {
  const written = Object.values(secrets).flatMap((source): Json[] => {
    if (source.from === 'literal') return [source.value];
    return source.from === 'env' && source.default !== undefined ? [source.default] : [];
  });
  return textsIn(written).filter((text) => text !== '');
}

async function readValue(
  source: ValueSource,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly value: Json } | { readonly missing: string }> {
  switch (source.from) {
    case 'literal':
      return { value: source.value };
    case 'env': {
      const value = environment[source.name] ?? source.default;
      if (value !== undefined) return { value };
      return { missing: `expected the environment variable ${source.name}, got nothing and no default` };
    }
    case 'file':
      try {
        return { value: (await readFile(source.path, 'utf8')).replace(/\r?\n$/, '') };
      } catch (thrown) {
        return { missing: `expected a readable file ${source.path}, got ${messageOf(thrown)}` };
      }
  }
}

function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'number') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap((member: Json | undefined) => textsIn(member));
}

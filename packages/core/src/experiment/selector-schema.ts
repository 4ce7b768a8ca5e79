import * as z from 'zod';
import type { Json, JsonObject } from '../json.ts';
import type { Pick, Selector } from './experiment.ts';
import type { Problem } from './problem.ts';
import { shown } from './problem.ts';

const PICK_EXPECTED = 'expected "all", "only", a number of targets, "50%" or "up to 50%"';

/** `'all'`, `'only'` (exactly one must match), a number of targets, `'50%'`, `'up to 50%'`. */
export const pick = z
  .custom<Pick>(isPick, { error: (issue) => `${PICK_EXPECTED}, got ${shown(issue.input)}` })
  .meta({ id: 'Pick', description: 'How many of the matching targets, picked by the seed' });

export const onEmpty = z.enum(['error', 'skip']);

/** Keys of a selector that are not a target kind. */
export const SELECTOR_OPTIONS: readonly string[] = ['pick', 'onEmpty'];

function isPick(input: unknown): input is Pick {
  if (input === 'all' || input === 'only') return true;
  if (typeof input === 'number') return Number.isSafeInteger(input) && input >= 1;
  if (typeof input !== 'string') return false;
  const [, digits] = /^(?:up to )?(\d{1,3}(?:\.\d{1,9})?)%$/.exec(input) ?? [];
  return digits !== undefined && Number(digits) > 0 && Number(digits) <= 100;
}

/**
 * `{ container: 'payments' }`: one key is the target kind, its value the query of that kind's source. A plain name or
 * number must match exactly one target; any other query takes all that match, unless `pick` says otherwise.
 */
export const selector = z
  .custom<JsonObject>((input) => typeof input === 'object' && input !== null && !Array.isArray(input), {
    error: (issue) => `expected a selector such as { "container": "payments" }, got ${shown(issue.input)}`,
  })
  .transform((input, ctx): Selector => {
    const problems: Problem[] = [];
    const parsed = parseSelector(input, problems);
    for (const { path, message } of problems) ctx.issues.push({ code: 'custom', input, path: [...path], message });
    return parsed;
  })
  .meta({ id: 'Selector', description: 'Which targets: { <kind>: <query>, pick?, onEmpty? }' });

function parseSelector(input: JsonObject, problems: Problem[]): Selector {
  const kinds = Object.keys(input).filter((key) => !SELECTOR_OPTIONS.includes(key));
  const [kind = ''] = kinds;
  if (kinds.length !== 1) {
    const came = kinds.length === 0 ? 'none' : kinds.map((key) => JSON.stringify(key)).join(', ');
    problems.push({ path: [], message: `expected exactly one key that names a target kind, got ${came}` });
  }
  const query = input[kind] ?? null;
  return {
    kind,
    query,
    pick: option(input, 'pick', pick, defaultPick(query), problems),
    onEmpty: option(input, 'onEmpty', onEmpty, 'error', problems),
  };
}

function option<Value>(
  input: JsonObject,
  key: string,
  schema: z.ZodType<Value>,
  fallback: Value,
  problems: Problem[],
): Value {
  if (input[key] === undefined) return fallback;
  const result = schema.safeParse(input[key]);
  if (result.success) return result.data;
  for (const { message } of result.error.issues)
    problems.push({ path: [key], message: expectation(message, input[key]) });
  return fallback;
}

function expectation(message: string, value: unknown): string {
  return message.startsWith('expected') ? message : `expected "error" or "skip", got ${shown(value)}`;
}

function defaultPick(query: Json): Pick {
  return typeof query === 'object' && query !== null ? 'all' : 'only';
}

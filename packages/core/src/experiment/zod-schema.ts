import * as z from 'zod';
import { messageOf } from '../errors.ts';
import type { Checked, Problem } from './problem.ts';
import { shown } from './problem.ts';
import { didYouMean } from './suggestion.ts';
import { zodProblems } from './zod-problems.ts';

/** What is wrong with something that should be a zod 4 schema, of this or of another installed copy; else undefined. */
export function schemaComplaint(value: unknown): string | undefined {
  const isObject = (typeof value === 'object' || typeof value === 'function') && value !== null;
  if (isObject && '_zod' in value && 'safeParse' in value && typeof value.safeParse === 'function') return undefined;
  if (isObject && '_def' in value) {
    return 'expected a zod 4 schema, got a zod 3 schema; import * as z from "zod" 4 or from "zod/v4"';
  }
  return `expected a zod 4 schema, got ${shown(value)}`;
}

/**
 * Checks a value with the schema's own parser, which may belong to another copy of zod. Keys that an object schema does
 * not know are problems even where zod would drop them silently: a misspelt option must not be ignored.
 */
export function checkedBy<Schema extends z.ZodType>(schema: Schema, value: unknown): Checked<z.output<Schema>> {
  const result = parsedSafely(schema, value);
  if (typeof result === 'string') return { ok: false, problems: [{ path: [], message: result }] };
  const strays = strayKeys(schema, value);
  if (result.success && strays.length === 0) return { ok: true, value: result.data };
  const problems = result.success ? [] : zodProblems(result.error.issues, value);
  const known = new Set(strays.map((stray) => stray.path[0]));
  return { ok: false, problems: [...strays, ...problems.filter(({ path }) => path.length !== 1 || !known.has(path[0]))] };
}

function parsedSafely<Schema extends z.ZodType>(schema: Schema, value: unknown) {
  try {
    return schema.safeParse(value);
  } catch (thrown) {
    return `expected a schema that checks synchronously and without throwing, got ${messageOf(thrown)}`;
  }
}

function strayKeys(schema: z.ZodType, value: unknown): Problem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  const known = knownKeys(schema);
  if (known === undefined) return [];
  return Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({ path: [key], message: strayKey(key, known) }));
}

function strayKey(key: string, known: readonly string[]): string {
  return `expected no such key, got ${JSON.stringify(key)}${didYouMean(key, known)}`;
}

/** The keys an object schema accepts; undefined when it accepts any or is no object schema. */
export function knownKeys(schema: z.core.$ZodType): readonly string[] | undefined {
  const { def } = schema._zod;
  if (isKind(def, 'object')) return isOpen(def.catchall) ? undefined : Object.keys(def.shape);
  if (isKind(def, 'pipe')) return knownKeys(def.in);
  if (isKind(def, 'lazy')) return knownKeys(def.getter());
  if (isKind(def, 'union')) return mergedKeys(def.options.map((option) => knownKeys(option)));
  if (isWrapper(def)) return knownKeys(def.innerType);
  return undefined;
}

interface Definitions {
  readonly object: z.core.$ZodObjectDef;
  readonly pipe: z.core.$ZodPipeDef;
  readonly lazy: z.core.$ZodLazyDef;
  readonly union: z.core.$ZodUnionDef;
}

function isKind<Kind extends keyof Definitions>(def: z.core.$ZodTypeDef, kind: Kind): def is Definitions[Kind] {
  return def.type === kind;
}

const WRAPPERS: ReadonlySet<string> = new Set(['optional', 'nullable', 'default', 'prefault', 'readonly', 'catch']);

function isWrapper(def: z.core.$ZodTypeDef): def is z.core.$ZodOptionalDef {
  return WRAPPERS.has(def.type);
}

function isOpen(catchall: z.core.$ZodType | undefined): boolean {
  return catchall !== undefined && catchall._zod.def.type !== 'never';
}

function mergedKeys(branches: readonly (readonly string[] | undefined)[]): readonly string[] | undefined {
  const keys = new Set<string>();
  for (const branch of branches) {
    if (branch === undefined) return undefined;
    for (const key of branch) keys.add(key);
  }
  return [...keys];
}

/** A strict object whose unknown keys are answered with what may have been meant. */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys') return undefined;
      // One line per key; zodProblems takes them apart again.
      return issue.keys.map((key) => strayKey(key, known)).join('\n');
    },
  });
}

import * as z from 'zod';
import { messageOf } from '../errors.ts';
import { type Checked, type Path, type Problem, pathText, shown } from './problem.ts';
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
  const strays = strayKeys(schema, value, []);
  if (result.success && strays.length === 0) return { ok: true, value: result.data };
  const problems = result.success ? [] : zodProblems(result.error.issues, value);
  const told = new Set(strays.map(({ path }) => pathText(path)));
  return { ok: false, problems: [...strays, ...problems.filter(({ path }) => !told.has(pathText(path)))] };
}

function parsedSafely<Schema extends z.ZodType>(schema: Schema, value: unknown) {
  try {
    return schema.safeParse(value);
  } catch (thrown) {
    return `expected a schema that checks synchronously and without throwing, got ${messageOf(thrown)}`;
  }
}

function strayKeys(schema: z.core.$ZodType, value: unknown, path: Path): Problem[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = unwrapped(schema, Array.isArray(value) ? 'array' : 'object');
  if (inner === undefined) return [];
  const { def } = inner._zod;
  if (isKind(def, 'array')) {
    const items: readonly unknown[] = Array.isArray(value) ? value : [];
    return items.flatMap((item, index) => strayKeys(def.element, item, [...path, index]));
  }
  if (!isKind(def, 'object') || isOpen(def.catchall)) return [];
  const known = Object.keys(def.shape);
  return Object.entries(value).flatMap(([key, member]) => {
    const field = Object.hasOwn(def.shape, key) ? def.shape[key] : undefined;
    if (field !== undefined) return strayKeys(field, member, [...path, key]);
    return [{ path: [...path, key], message: strayKey(key, known) }];
  });
}

function strayKey(key: string, known: readonly string[]): string {
  return `expected no such key, got ${JSON.stringify(key)}${didYouMean(key, known)}`;
}

/**
 * The one schema for lists or objects inside optional, pipe, lazy and the like; of a union, the only branch for such
 * values. Undefined when there is none or more than one.
 */
function unwrapped(schema: z.core.$ZodType, type: 'array' | 'object'): z.core.$ZodType | undefined {
  const { def } = schema._zod;
  if (def.type === type) return schema;
  if (isKind(def, 'pipe')) return unwrapped(def.in, type);
  if (isKind(def, 'lazy')) return unwrapped(def.getter(), type);
  if (isWrapper(def)) return unwrapped(def.innerType, type);
  if (!isKind(def, 'union')) return undefined;
  const branches = def.options.filter((option) => !SIMPLE.has(option._zod.def.type));
  const [only] = branches;
  return branches.length === 1 && only !== undefined ? unwrapped(only, type) : undefined;
}

/** Schemas that no list and no object can match. */
const SIMPLE: ReadonlySet<string> = new Set([
  'string',
  'number',
  'boolean',
  'null',
  'undefined',
  'literal',
  'enum',
  'template_literal',
]);

interface Definitions {
  readonly array: z.core.$ZodArrayDef;
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

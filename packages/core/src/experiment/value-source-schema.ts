import * as z from 'zod';
import type { Json } from '../json.ts';
import type { ValueSource } from './experiment.ts';
import { strict } from './zod-schema.ts';

/**
 * Where a configuration value or secret comes from: any JSON value as it stands, `{ env, default? }`, `{ file }`, or
 * `{ literal }` for an object that has one of these keys itself. A relative file is found from the working directory.
 */
export type ValueSourceInput =
  | Json
  | { readonly env: string; readonly default?: string }
  | { readonly file: string }
  | { readonly literal: Json };

const environment = strict({ env: z.string().min(1), default: z.string().exactOptional() });
const file = strict({ file: z.string().min(1) });
const literal = strict({ literal: z.custom<Json>((value) => value !== undefined) });
const plain = z
  .custom<Json>((value) => value !== undefined && !hasSourceKey(value))
  .meta({
    description: 'A literal value',
  });

function hasSourceKey(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('env' in value || 'file' in value || 'literal' in value);
}

export const valueSource = z
  .union([
    environment.transform(({ env, ...rest }): ValueSource => ({ from: 'env', name: env, ...rest })),
    file.transform((source): ValueSource => ({ from: 'file', path: source.file })),
    literal.transform((source): ValueSource => ({ from: 'literal', value: source.literal })),
    plain.transform((value): ValueSource => ({ from: 'literal', value })),
  ])
  .meta({ id: 'ValueSource' });

/** Names that can stand in `${configuration.<name>}`. */
export const templateName = z
  .string()
  .regex(/^[A-Za-z_][\w-]*$/, { error: 'expected a name of letters, digits, "_" and "-" that starts with a letter' });

export const valueSources = z.record(templateName, valueSource);

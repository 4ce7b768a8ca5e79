import * as z from 'zod';
import type { Json, JsonObject } from '../json.ts';
import type { AnyFault } from '../plugin.ts';

/** What the fault's own schema makes of a limit, so that `'2s'` and 2000 compare. */
export type ParsedLimit =
  | { readonly kind: 'number'; readonly value: number }
  /** The fault has no such parameter. */
  | { readonly kind: 'absent' }
  /** The limit is not a value of this parameter, or the parameter is not a quantity. */
  | { readonly kind: 'unusable'; readonly reason: string };

/**
 * Parses a limit as the parameter it limits. A params schema that is not a plain object is asked with the whole params,
 * the limit in the parameter's place.
 */
export function parseLimit(fault: AnyFault, parameter: string, limit: Json, params: JsonObject): ParsedLimit {
  if (!(fault.params instanceof z.ZodObject)) {
    const parsed = fault.params.safeParse({ ...params, [parameter]: limit });
    return parsed.success ? quantity(memberOf(parsed.data, parameter)) : unusable(parsed.error);
  }
  const shape: Readonly<Record<string, z.core.$ZodType>> = fault.params.shape;
  const field = Object.hasOwn(shape, parameter) ? shape[parameter] : undefined;
  if (field === undefined) return { kind: 'absent' };
  const parsed = z.safeParse(field, limit);
  return parsed.success ? quantity(parsed.data) : unusable(parsed.error);
}

/** A member of parsed params, whatever type they have. */
export function memberOf(parsed: unknown, name: string): unknown {
  return typeof parsed === 'object' && parsed !== null && Object.hasOwn(parsed, name)
    ? Reflect.get(parsed, name)
    : undefined;
}

function quantity(value: unknown): ParsedLimit {
  if (typeof value === 'number') return { kind: 'number', value };
  return { kind: 'unusable', reason: `the parameter is not a quantity but ${typeof value}` };
}

function unusable(error: z.core.$ZodError): ParsedLimit {
  return { kind: 'unusable', reason: error.issues.map((issue) => issue.message).join('; ') };
}

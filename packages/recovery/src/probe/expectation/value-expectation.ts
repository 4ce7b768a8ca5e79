import * as z from 'zod';
import { numberMismatch } from './number-expectation.ts';
import { pattern, quote, textMismatch } from './text-expectation.ts';

/** What a probe can give as its value. */
export type Value = string | number | boolean | null;

const limit = z.number().optional();
const FORM = 'expected { equals: value }, { contains, matches: text } or { above, below, atLeast, atMost: number }';

/** What one value must be: the very value, a text in part, a number within limits; all that are given must hold. */
export const valueExpectation = z
  .strictObject(
    {
      equals: z.union([z.string(), z.number(), z.boolean(), z.null()]).optional(),
      contains: z.string().min(1).optional(),
      matches: pattern.optional(),
      above: limit,
      below: limit,
      atLeast: limit,
      atMost: limit,
    },
    { error: FORM },
  )
  .refine((expected) => Object.values(expected).some((wanted) => wanted !== undefined), { error: FORM });

export type ValueExpectation = z.output<typeof valueExpectation>;

/** Why the value is not what was expected, or undefined when it is. Text that is a number is compared as a number. */
export function valueMismatch(expected: ValueExpectation, value: Value): string | undefined {
  const { equals, contains, matches, ...limits } = expected;
  if (equals !== undefined && typeof equals !== 'number' && value !== equals) {
    return `expected ${quote(equals)}, got ${quote(value)}`;
  }
  const text = String(value);
  const inText = contains === undefined ? undefined : textMismatch({ contains }, text);
  const byPattern = matches === undefined ? undefined : textMismatch({ matches }, text);
  const numbers = typeof equals === 'number' ? { equals, ...limits } : limits;
  return inText ?? byPattern ?? limitMismatch(numbers, value);
}

function limitMismatch(limits: Parameters<typeof numberMismatch>[0], value: Value): string | undefined {
  if (Object.values(limits).every((bound) => bound === undefined)) return undefined;
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || Number.isNaN(number)) return `expected a number, got ${quote(value)}`;
  return numberMismatch(limits, number);
}

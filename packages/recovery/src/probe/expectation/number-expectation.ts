import * as z from 'zod';

const limit = z.number().optional();

/** What a number must be: at least one limit; all that are given must hold. */
export const numberExpectation = z
  .strictObject(
    { equals: limit, above: limit, below: limit, atLeast: limit, atMost: limit },
    { error: 'expected { equals, above, below, atLeast or atMost: number }' },
  )
  .refine((limits) => Object.values(limits).some((limit) => limit !== undefined), {
    error: 'expected at least one of equals, above, below, atLeast, atMost',
  });

export type NumberExpectation = z.output<typeof numberExpectation>;

const RULES: readonly [keyof NumberExpectation, string, (value: number, limit: number) => boolean][] = [
  ['equals', '', (value, limit) => value === limit],
  ['above', 'above ', (value, limit) => value > limit],
  ['below', 'below ', (value, limit) => value < limit],
  ['atLeast', 'at least ', (value, limit) => value >= limit],
  ['atMost', 'at most ', (value, limit) => value <= limit],
];

/** Why the number is not what was expected, or undefined when it is. NaN fits nothing. */
export function numberMismatch(expected: NumberExpectation, value: number): string | undefined {
  for (const [limit, words, fits] of RULES) {
    const bound = expected[limit];
    if (bound !== undefined && !fits(value, bound)) return `expected ${words}${bound}, got ${value}`;
  }
  return undefined;
}

import ms from 'ms';
import * as z from 'zod';

/** Milliseconds, or a string such as `'400ms'`, `'30s'`, `'5 minutes'` (package `ms`). */
export type DurationInput = number | ms.StringValue;

function toMilliseconds(input: unknown): number | undefined {
  if (typeof input === 'number') return input;
  if (typeof input !== 'string' || input.length === 0 || input.length > 100) return undefined;
  if (!/[a-z]/i.test(input)) return undefined;
  return ms(input as ms.StringValue);
}

/** Zod type of a duration; its output is milliseconds, finite and >= 0. */
export const duration = z
  .custom<DurationInput>((input) => typeof input === 'string' || typeof input === 'number', {
    error: 'expected a duration such as "400ms", "30s" or a number of milliseconds',
  })
  .transform((input, ctx): number => {
    const value = toMilliseconds(input);
    if (value !== undefined && Number.isFinite(value) && value >= 0) return value;
    ctx.issues.push({
      code: 'custom',
      input,
      message: `expected a duration such as "400ms", "30s" or a number of milliseconds >= 0, got ${JSON.stringify(input)}`,
    });
    return z.NEVER;
  })
  .meta({ id: 'Duration', description: 'Milliseconds, or a string with a unit: "400ms", "30s", "5m"' });

/** Milliseconds of a duration that is known to be well-formed at type level. Throws a ZodError otherwise. */
export function milliseconds(input: DurationInput): number {
  return duration.parse(input);
}

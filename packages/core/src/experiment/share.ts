import * as z from 'zod';

/** A share: 0 to 1, or `'99.5%'`. */
export type ShareInput = number | `${number}%`;

/** Zod type of a share; its output is 0 to 1. */
export const share = z
  .custom<ShareInput>((input) => typeof input === 'string' || typeof input === 'number', {
    error: 'expected a share such as 0.99 or "99%"',
  })
  .transform((input, ctx): number => {
    const value = typeof input === 'number' ? input : percentage(input);
    if (value !== undefined && value >= 0 && value <= 1) return value;
    ctx.issues.push({
      code: 'custom',
      input,
      message: `expected a share from 0 to 1 or "0%" to "100%", got ${JSON.stringify(input)}`,
    });
    return z.NEVER;
  })
  .meta({ id: 'Share', description: 'A share: 0.99, or "99%"' });

function percentage(input: string): number | undefined {
  const [, digits] = /^(\d{1,3}(?:\.\d{1,9})?)%$/.exec(input) ?? [];
  return digits === undefined ? undefined : Number(digits) / 100;
}

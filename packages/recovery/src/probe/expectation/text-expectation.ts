import * as z from 'zod';

function isPattern(source: string): boolean {
  try {
    return new RegExp(source).source.length > 0;
  } catch {
    return false;
  }
}

/** A JavaScript regular expression as text, without slashes and flags. */
export const pattern = z.string().refine(isPattern, { error: 'expected a valid regular expression' });

/** What a text must be: exactly, in part, or by pattern. */
export const textExpectation = z.union(
  [
    z.strictObject({ equals: z.string() }),
    z.strictObject({ contains: z.string().min(1) }),
    z.strictObject({ matches: pattern }),
  ],
  { error: 'expected one of { equals: text }, { contains: text } or { matches: pattern }' },
);

export type TextExpectation = z.output<typeof textExpectation>;

/** Why the text is not what was expected, or undefined when it is. */
export function textMismatch(expected: TextExpectation, actual: string): string | undefined {
  if ('equals' in expected) {
    return actual === expected.equals ? undefined : `expected ${quote(expected.equals)}, got ${quote(actual)}`;
  }
  if ('contains' in expected) {
    if (actual.includes(expected.contains)) return undefined;
    return `expected text containing ${quote(expected.contains)}, got ${quote(actual)}`;
  }
  if (new RegExp(expected.matches).test(actual)) return undefined;
  return `expected text matching /${expected.matches}/, got ${quote(actual)}`;
}

const LONGEST = 120;

/**
 * A value as one short line for a probe's detail. Secrets are taken out later, by their whole text: a word that does not
 * fit is left out as a whole.
 */
export function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST + 1).replace(/[^\s,;&{}[\]]*$/, '')}…` : text;
}

import { isDeepStrictEqual } from 'node:util';
import type { Json } from '@bridge/chaos-core';
import * as z from 'zod';
import { parseJsonPath, selectJson } from './json-path.ts';
import { pattern, quote } from './text-expectation.ts';

const path = z.string().superRefine((text, context) => {
  try {
    parseJsonPath(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
  }
});

/** What the values a JSONPath selects must be. At least one value must be selected, and each must fit. */
export const jsonPathExpectation = z.union(
  [
    z.strictObject({ path, equals: z.json() }),
    z.strictObject({ path, matches: pattern }),
    z.strictObject({ path, above: z.number() }),
    z.strictObject({ path, below: z.number() }),
    z.strictObject({ path, exists: z.boolean() }),
  ],
  { error: 'expected { path } with one of equals, matches, above, below or exists' },
);

type JsonPathExpectation = z.output<typeof jsonPathExpectation>;

/** Why the document is not what was expected, or undefined when it is. */
export function jsonPathMismatch(expected: JsonPathExpectation, document: Json): string | undefined {
  const values = selectJson(parseJsonPath(expected.path), document);
  if ('exists' in expected) {
    if (values.length > 0 === expected.exists) return undefined;
    return `expected ${expected.path} ${expected.exists ? 'to exist' : 'not to exist'}`;
  }
  if (values.length === 0) return `${expected.path} selects nothing`;
  const { wanted, fits } = rule(expected);
  const wrong = values.find((value) => !fits(value));
  return wrong === undefined ? undefined : `expected ${expected.path} ${wanted}, got ${quote(wrong)}`;
}

interface Rule {
  readonly wanted: string;
  readonly fits: (value: Json) => boolean;
}

function rule(expected: Exclude<JsonPathExpectation, { exists: boolean }>): Rule {
  if ('equals' in expected) {
    const { equals } = expected;
    return { wanted: `to equal ${quote(equals)}`, fits: (value) => isDeepStrictEqual(value, equals) };
  }
  if ('matches' in expected) {
    const shape = new RegExp(expected.matches);
    const fits = (value: Json): boolean => typeof value !== 'object' && shape.test(String(value));
    return { wanted: `to match /${expected.matches}/`, fits };
  }
  if ('above' in expected) {
    const { above } = expected;
    return { wanted: `above ${above}`, fits: (value) => typeof value === 'number' && value > above };
  }
  const { below } = expected;
  return { wanted: `below ${below}`, fits: (value) => typeof value === 'number' && value < below };
}

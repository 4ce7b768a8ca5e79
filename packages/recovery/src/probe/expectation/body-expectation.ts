import { type Json, type JsonObject, messageOf } from '@bridge/chaos-core';
import * as z from 'zod';
import { compileJsonSchema } from '../../json-schema/compile-json-schema.ts';
import { jsonPathExpectation, jsonPathMismatch } from './json-expectation.ts';
import { quote, textExpectation, textMismatch } from './text-expectation.ts';

const jsonSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  {
    error: 'expected a JSON Schema object',
  },
);

const schemaExpectation = z.strictObject({ schema: jsonSchema }).superRefine(({ schema }, context) => {
  try {
    compileJsonSchema(schema);
  } catch (error) {
    context.addIssue({ code: 'custom', path: ['schema'], message: messageOf(error) });
  }
});

const SHAPES =
  '{ equals }, { contains } or { matches } for text, { path, equals | matches | above | below | exists } or { schema } for JSON';

const one = z.union([textExpectation, jsonPathExpectation, schemaExpectation], { error: `expected ${SHAPES}` });

/** What a response body must be: one check, or a list that must all hold. */
export const bodyExpectation = z.union([one, z.array(one).min(1)], { error: `expected ${SHAPES}, or a list of those` });

export type BodyExpectation = z.output<typeof one>;

/** A compiled check: why the body is wrong, or undefined. */
export type BodyCheck = (body: string) => string | undefined;

/** Compiles once what is checked many times. */
export function bodyCheck(expected: BodyExpectation): BodyCheck {
  if ('schema' in expected) {
    const fits = compileJsonSchema(expected.schema);
    return onJson((document) => {
      const found = fits(document);
      return found && `body does not fit the schema at ${found.pointer || '/'}: ${found.reason}`;
    });
  }
  if ('path' in expected) return onJson((document) => jsonPathMismatch(expected, document));
  return (body) => {
    const mismatch = textMismatch(expected, body);
    return mismatch === undefined ? undefined : `body: ${mismatch}`;
  };
}

function onJson(check: (document: Json) => string | undefined): BodyCheck {
  return (body) => {
    let document: Json;
    try {
      document = JSON.parse(body);
    } catch {
      return `expected a JSON body, got ${quote(body)}`;
    }
    return check(document);
  };
}

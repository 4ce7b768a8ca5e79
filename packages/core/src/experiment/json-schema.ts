import * as z from 'zod';
import { messageOf } from '../errors.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Registry } from '../registry.ts';
import { partsOf } from './json-schema-parts.ts';
import { experimentForm } from './schema.ts';

/**
 * The JSON Schema (draft 2020-12) of an experiment as it is written, for editors. With a registry, fault types, params,
 * targets, probes and loads are those of its plugins; without one, any are accepted.
 */
export function experimentJsonSchema(registry?: Registry): JsonObject {
  const schema = jsonSchemaOf(experimentForm);
  const definitions = { ...objectAt(schema, '$defs'), Pick: FORMS['Pick'], Template: TEMPLATE };
  const bound = registry === undefined ? {} : partsOf(registry, definitions);
  return { ...schema, title: 'Chaos experiment', $defs: { ...definitions, ...bound } };
}

/** What a string with a template looks like. */
const TEMPLATE: JsonObject = {
  type: 'string',
  pattern: '\\$\\{[^{}]*\\}',
  description: 'A value that is filled in: ${configuration.x}',
};

/** Schemas whose check is code: what they accept, in terms of JSON Schema. */
const FORMS: Readonly<Record<string, JsonObject>> = {
  Duration: {
    anyOf: [
      { type: 'number', minimum: 0 },
      { type: 'string', pattern: '^(\\d+(\\.\\d+)?|\\.\\d+) *[A-Za-z]+$', maxLength: 100 },
    ],
    examples: ['400ms', '30s', '5m'],
  },
  Share: {
    anyOf: [
      { type: 'number', minimum: 0, maximum: 1 },
      { type: 'string', pattern: '^\\d{1,3}(\\.\\d{1,9})?%$' },
    ],
    examples: [0.99, '99%'],
  },
  Size: { type: 'string', pattern: '^\\d+(\\.\\d+)?([KMGT]i?)?B$', examples: ['512KiB', '10MB'] },
  Rate: { type: 'string', pattern: '^\\d+(\\.\\d+)?(([KMGT]i?)?B|[kmg]?bit)/s$', examples: ['10MB/s', '8mbit/s'] },
  Pick: {
    anyOf: [
      { enum: ['all', 'only'] },
      { type: 'integer', minimum: 1 },
      { type: 'string', pattern: '^(up to )?\\d{1,3}(\\.\\d{1,9})?%$' },
    ],
    examples: ['all', 1, '50%', 'up to 50%'],
  },
  Selector: {
    type: 'object',
    properties: { pick: { $ref: '#/$defs/Pick' }, onEmpty: { enum: ['error', 'skip'] } },
    minProperties: 1,
    maxProperties: 3,
    examples: [{ container: 'payments' }],
  },
};

/** The written form of a zod schema. What cannot be expressed is accepted; parsing still checks it. */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  try {
    const converted = z.toJSONSchema(schema, {
      io: 'input',
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }) => {
        const { id } = z.globalRegistry.get(zodSchema) ?? {};
        const form = id === undefined ? undefined : FORMS[id];
        if (form !== undefined) Object.assign(jsonSchema, structuredClone(form));
        const { def } = zodSchema._zod;
        // Keys that an object schema does not know are refused, also where zod would drop them.
        if (def.type === 'object' && def.catchall === undefined) jsonSchema.additionalProperties = false;
      },
    });
    const plain: JsonObject = JSON.parse(JSON.stringify(converted));
    return plain;
  } catch (thrown) {
    return { description: `not expressible as JSON Schema: ${messageOf(thrown)}` };
  }
}

/** A member that is an object, or an empty one. */
export function objectAt(schema: JsonObject, key: string): JsonObject {
  const member: Json | undefined = schema[key];
  return typeof member === 'object' && member !== null && !isList(member) ? member : {};
}

export function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}

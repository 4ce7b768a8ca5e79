import type { Json, JsonObject } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { compileJsonSchema } from '../src/json-schema/compile-json-schema.ts';

const item = { type: 'object', properties: { next: { $ref: '#' }, id: { type: 'integer' } }, required: ['id'] };

describe('JSON Schema (draft 2020-12)', () => {
  // Schema, documents that fit, documents that do not.
  it.each<[JsonObject, Json[], Json[]]>([
    [{}, [null, 1, {}], []],
    [{ type: ['string', 'null'] }, ['a', null], [1, {}]],
    [{ type: 'integer' }, [1, 1.0, -3], [1.5, '1']],
    [{ enum: [1, { a: [2] }] }, [1, { a: [2] }], [2, { a: [1] }]],
    [{ const: null }, [null], [0]],
    [{ minimum: 1, exclusiveMaximum: 3 }, [1, 2.9, 'text'], [0.9, 3]],
    [{ multipleOf: 0.1 }, [0.3, 7, 1e9], [0.25]],
    [{ minLength: 2, maxLength: 2 }, ['ab', '💥💥', 5], ['a', 'abc']],
    [{ pattern: '^\\p{Lu}' }, ['Über', 1], ['unter']],
    [{ items: { type: 'number' } }, [[], [1, 2], 'x'], [[1, 'a']]],
    [{ prefixItems: [{ type: 'number' }], items: false }, [[], [1]], [[1, 2], ['a']]],
    [
      { contains: { const: 1 }, minContains: 2, maxContains: 3 },
      [
        [1, 1],
        [1, 1, 1, 2],
      ],
      [[1], [1, 1, 1, 1]],
    ],
    [
      { uniqueItems: true, maxItems: 3 },
      [[1, 2, 3]],
      [
        [1, { a: 1 }, { a: 1 }],
        [1, 2, 3, 4],
      ],
    ],
    [{ required: ['a'] }, [{ a: null }, 'not an object'], [{}]],
    [{ properties: { a: { type: 'string' } }, additionalProperties: false }, [{ a: '' }, {}], [{ a: 1 }, { b: 1 }]],
    [
      { patternProperties: { '^x-': { type: 'number' } }, additionalProperties: false },
      [{ 'x-a': 1 }],
      [{ y: 1 }, { 'x-a': '' }],
    ],
    [{ propertyNames: { maxLength: 2 }, minProperties: 1 }, [{ ab: 1 }], [{ abc: 1 }, {}]],
    [{ dependentRequired: { card: ['address'] } }, [{}, { card: 1, address: 2 }], [{ card: 1 }]],
    [{ dependentSchemas: { a: { required: ['b'] } } }, [{}, { a: 1, b: 1 }], [{ a: 1 }]],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, [1, 2], [0, 3]],
    [{ anyOf: [{ type: 'string' }, { minimum: 5 }] }, ['a', 6], [4]],
    [{ oneOf: [{ multipleOf: 3 }, { multipleOf: 5 }] }, [3, 5], [15, 1]],
    [{ not: { type: 'string' } }, [1], ['a']],
    [
      // biome-ignore lint/suspicious/noThenProperty: the keyword is called so
      { if: { required: ['a'] }, then: { required: ['b'] }, else: { required: ['c'] } },
      [{ a: 1, b: 1 }, { c: 1 }],
      [{ a: 1 }, {}],
    ],
    [{ $defs: { id: { minimum: 1 } }, properties: { id: { $ref: '#/$defs/id' } } }, [{ id: 1 }], [{ id: 0 }]],
    [item, [{ id: 1, next: { id: 2 } }], [{ id: 1, next: { id: 2, next: {} } }]],
    [{ title: 'Health', format: 'date', $schema: 'https://json-schema.org/draft/2020-12/schema' }, ['anything'], []],
  ])('%j', (schema, fitting, unfitting) => {
    const check = compileJsonSchema(schema);
    for (const document of fitting) expect(check(document), JSON.stringify(document)).toBeUndefined();
    for (const document of unfitting) expect(check(document), JSON.stringify(document)).toBeDefined();
  });

  it('says where the document does not fit', () => {
    const check = compileJsonSchema({ properties: { 'a/b': { items: { type: 'number' } } } });
    expect(check({ 'a/b': [1, 'x'] })).toEqual({ pointer: '/a~1b/1', reason: 'expected number, got "x"' });
  });

  it.each([
    [{ type: 'text' }, '#/type'],
    [{ minimum: '1' }, '#/minimum'],
    [{ properties: { a: { requird: [] } } }, '#/properties/a/requird'],
    [{ $ref: '#/$defs/none' }, '#/$ref'],
    [{ $ref: 'https://example.test/schema' }, '#/$ref'],
    [{ items: [{ type: 'number' }] }, '#/items'],
    [{ pattern: '(' }, '#/pattern'],
  ])('refuses %j and says where', (schema, at) => {
    expect(() => compileJsonSchema(schema)).toThrow(`at ${at}: expected`);
  });
});

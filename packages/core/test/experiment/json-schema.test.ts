import { experimentJsonSchema, type JsonObject, Registry } from '@bridge/chaos-core';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { boxPlugin } from './fixture.ts';

const bound = experimentJsonSchema(new Registry([boxPlugin]));
const free = experimentJsonSchema();

/** Validates as an editor would: with nothing but the JSON Schema. */
const readers = new Map([bound, free].map((schema) => [schema, z.fromJSONSchema(JSON.parse(JSON.stringify(schema)))]));

function accepts(schema: JsonObject, value: unknown): boolean | undefined {
  return readers.get(schema)?.safeParse(value).success;
}

const fault = { type: 'box.latency', target: { box: 'payments' }, params: { delay: '400ms' }, for: '20s' };
const probes = [{ name: 'shop', type: 'look', every: '50ms', at: 'door' }];
const good: Readonly<Record<string, unknown>> = {
  'one fault': { name: 'x', faults: [fault] },
  everything: {
    $schema: './experiment.schema.json',
    name: 'x',
    configuration: { delay: '1s', stage: { env: 'STAGE', default: 'test' }, list: [1, 2] },
    secrets: { token: { file: '/run/secrets/token' } },
    steadyState: { probes, objectives: [{ probe: 'shop', success: '99%', p95: '300ms' }] },
    baseline: '10s',
    load: { type: 'steady', rate: 10 },
    faults: [
      {
        serial: [
          { ...fault, params: { delay: '${configuration.delay}', share: '${configuration.share}' } },
          { delay: 5 },
        ],
      },
      { parallel: [{ type: 'box.pause', target: { box: { group: 'shop' }, pick: 'up to 50%', onEmpty: 'skip' } }] },
      { repeat: 3, steps: [{ probe: 'shop', id: 'seen' }], when: { value: '${configuration.stage}', equals: 'test' } },
      { load: { type: 'steady', rate: 3 }, for: '1m' },
    ],
    recovery: { within: '1m', hold: '5s', success: 0.95 },
    expect: 'held',
    stopWhen: [{ cpuAbove: 0.95 }],
    maxDuration: '10m',
    seed: 42,
  },
};

const bad: Readonly<Record<string, unknown>> = {
  'no faults': { name: 'x', faults: [] },
  'an unknown key': { name: 'x', faults: [fault], expct: 'held' },
  'a bad duration': { name: 'x', faults: [{ ...fault, for: '20 %' }] },
  'a bad pick': { name: 'x', faults: [{ ...fault, target: { box: 'a', pick: 'half' } }] },
  'a step of no form': { name: 'x', faults: [{}] },
};

const badWhenBound: Readonly<Record<string, unknown>> = {
  'an unknown fault type': { name: 'x', faults: [{ ...fault, type: 'box.latencyy' }] },
  'a wrong param': { name: 'x', faults: [{ ...fault, params: { delay: '400ms', share: 2 } }] },
  'a missing param': { name: 'x', faults: [{ ...fault, params: {} }] },
  'no params where some are needed': { name: 'x', faults: [{ type: 'box.latency', target: { box: 'a' } }] },
  'an unknown param': { name: 'x', faults: [{ ...fault, params: { delay: 1, delya: 1 } }] },
  'a wrong kind': { name: 'x', faults: [{ ...fault, target: { process: 1 } }] },
  'a wrong query': { name: 'x', faults: [{ ...fault, target: { box: { grup: 'shop' } } }] },
  'a wrong probe option': { name: 'x', steadyState: { probes: [{ ...probes[0], at: 3 }] }, faults: [fault] },
  'an unknown load': { name: 'x', load: { type: 'stedy', rate: 3 }, faults: [fault] },
};

describe.each([
  ['bound to plugins', bound],
  ['of any experiment', free],
])('the JSON Schema %s', (_, schema) => {
  test('is plain JSON without dangling references', () => {
    const text = JSON.stringify(schema);
    expect(JSON.parse(text)).toEqual(schema);
    const definitions = Object.keys(z.looseObject({ $defs: z.record(z.string(), z.unknown()) }).parse(schema).$defs);
    const references = [...text.matchAll(/"\$ref":"#\/\$defs\/([^"]+)"/g)].map(([, name]) => name);
    expect(definitions).toEqual(expect.arrayContaining([...new Set(references)]));
  });

  test.each(Object.keys(good))('accepts %s', (name) => {
    expect(accepts(schema, good[name])).toBe(true);
  });

  test.each(Object.keys(bad))('refuses %s', (name) => {
    expect(accepts(schema, bad[name])).toBe(false);
  });
});

describe('the plugins decide', () => {
  test.each(Object.keys(badWhenBound))('about %s', (name) => {
    expect(accepts(bound, badWhenBound[name])).toBe(false);
    expect(accepts(free, badWhenBound[name])).toBe(true);
  });
});

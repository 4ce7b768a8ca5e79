import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ChaosPlugin, isChaosError, parseFault, Registry } from '@bridge/chaos-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { boxPlugin, latency, pause } from './fixture.ts';

/** A plugin as plain JavaScript might hand it in. */
function plugin(parts: object = {}): ChaosPlugin {
  return Object.assign({ ...boxPlugin, name: 'other', targets: [], faults: [], probes: [], loads: [] }, parts);
}

function refusal(plugins: readonly ChaosPlugin[]): string {
  try {
    new Registry(plugins);
  } catch (thrown) {
    if (isChaosError(thrown, 'CHAOS_PLUGIN_INVALID')) return thrown.message;
    throw thrown;
  }
  return 'accepted';
}

describe('a registry', () => {
  const registry = new Registry([boxPlugin]);

  test('finds what its plugins provide', () => {
    expect(registry.fault('box.pause')).toBe(pause);
    expect(registry.pluginOf('box.pause')).toBe(boxPlugin);
    expect(registry.source('box').kind).toBe('box');
    expect(registry.load('steady').type).toBe('steady');
  });

  test('says what may have been meant, or what there is', () => {
    expect(() => registry.fault('box.pauze')).toThrow(/CHAOS_FAULT_UNKNOWN: .*did you mean "box.pause"\?/);
    expect(() => registry.source('process')).toThrow(/CHAOS_TARGET_KIND_UNKNOWN: .*there are box/);
    expect(() => new Registry([]).load('steady')).toThrow(/CHAOS_LOAD_UNKNOWN: .*no plugin provides any/);
  });

  test('checks params, undo records and options with paths', () => {
    expect(registry.params(latency, { delay: '1s' })).toEqual({ delay: 1_000, share: 1 });
    expect(() => registry.params(latency, { delay: '1s', shar: 1 })).toThrow(
      /CHAOS_FAULT_PARAMS_INVALID: .*shar: .*"share"\?/,
    );
    expect(() => registry.undo(latency, { id: 3 })).toThrow(
      /CHAOS_PLUGIN_INVALID: undo record of box.latency: id: expected a string, got 3/,
    );
    expect(() => registry.loadOptions(registry.load('steady'), {})).toThrow(/CHAOS_LOAD_INVALID: .*rate/);
    expect(() => registry.query(registry.source('box'), 3)).toThrow(/CHAOS_TARGET_QUERY_INVALID/);
  });
});

describe('plugins that break their contract are refused', () => {
  test('when two claim one name', () => {
    expect(refusal([boxPlugin, plugin({ faults: [pause], targets: boxPlugin.targets })])).toMatch(
      /plugins\[1\]\.faults\[0\]: expected fault names to be unique, got "box\.pause" also from plugin "boxes"[\s\S]*target kind names to be unique, got "box"/,
    );
    expect(refusal([boxPlugin, boxPlugin])).toContain('expected plugin names to be unique, got "boxes" twice');
  });

  test.each([
    ['no plugin at all', [null], 'plugins[0]: expected a plugin, got null'],
    ['no lists', [plugin({ faults: undefined })], 'plugins[0].faults: expected a list, got nothing'],
    [
      'options that are no JSON',
      [plugin({ options: { at: new Date(0) } })],
      'plugins[0].options.at: expected plain JSON',
    ],
    [
      'a fault without a verb',
      [plugin({ faults: [{ ...pause, revert: undefined }] })],
      'plugins[0].faults[0].revert: expected a function, got nothing',
    ],
    [
      'a momentary fault without ended',
      [plugin({ faults: [{ ...pause, momentary: true }] })],
      'plugins[0].faults[0].ended: expected a function',
    ],
    [
      'an unknown survival',
      [plugin({ faults: [{ ...pause, survives: 'reboot' }] })],
      'survives: expected "engine", "process", "container" or "host", got "reboot"',
    ],
    [
      'a settle that is no duration',
      [plugin({ faults: [{ ...pause, settle: 'soon' }] })],
      'settle: expected a duration',
    ],
    [
      'params that are no schema',
      [plugin({ faults: [{ ...pause, params: {} }] })],
      'params: expected a zod 4 schema, got an empty object',
    ],
    [
      'params of zod 3',
      [plugin({ faults: [{ ...pause, params: { _def: {}, parse() {}, safeParse() {} } }] })],
      'params: expected a zod 4 schema, got a zod 3 schema',
    ],
    [
      'a kind that a selector could not name',
      [plugin({ targets: [{ ...boxPlugin.targets[0], kind: 'pick' }] })],
      'kind: expected a kind other than pick, onEmpty',
    ],
  ])('%s', (_, plugins, message) => {
    expect(refusal(JSON.parse('[]').concat(plugins))).toContain(message);
  });

  test('but instances of classes are as good as plain objects', () => {
    class Base {
      readonly undo = z.object({});
      readonly survives = 'process';
      readonly settle = '1s';
      async prepare() {
        return {};
      }
      async inject() {}
      async revert() {}
      async observe() {
        return 'absent' as const;
      }
    }
    class Bend extends Base {
      readonly type = 'box.bend';
      readonly target = 'box';
      readonly params = z.strictObject({ by: z.number() });
    }
    const bend = new Bend();
    const registry = new Registry([boxPlugin, plugin({ faults: [bend] })]);
    expect(registry.fault('box.bend')).toBe(bend);
  });
});

describe('a second copy of zod', () => {
  let folder: string;
  let other: typeof z;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chaos-zod-'));
    const installed = dirname(createRequire(import.meta.url).resolve('zod/package.json'));
    cpSync(installed, join(folder, 'zod'), { recursive: true, dereference: true });
    other = await import(/* @vite-ignore */ pathToFileURL(join(folder, 'zod', 'index.js')).href);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('in a plugin works, with paths and with what may have been meant', () => {
    expect(other.ZodObject).not.toBe(z.ZodObject);
    const foreign = {
      ...pause,
      type: 'box.foreign',
      params: other.object({ deep: other.object({ by: other.number().min(1) }) }),
    };
    const registry = new Registry([boxPlugin, plugin({ faults: [foreign] })]);
    const given = (params: unknown) => parseFault({ type: 'box.foreign', target: { box: 'mail' }, params }, registry);
    expect(given({ deep: { by: 2 } }).params).toEqual({ deep: { by: 2 } });
    expect(() => given({ deep: { by: 0 } })).toThrow(
      'CHAOS_FAULT_PARAMS_INVALID: the fault: params.deep.by: expected at least 1, got 0',
    );
    expect(() => given({ deep: { bi: 1 } })).toThrow(
      'params.deep.bi: expected no such key, got "bi"; did you mean "by"?',
    );
  });
});

describe('one fault by itself', () => {
  const registry = new Registry([boxPlugin]);
  const code = (input: unknown): string => {
    try {
      parseFault(input, registry);
    } catch (thrown) {
      return isChaosError(thrown) ? thrown.code : String(thrown);
    }
    return 'accepted';
  };

  test('is parsed like a step', () => {
    expect(
      parseFault({ type: 'box.latency', target: { box: 'mail' }, params: { delay: '1s' }, for: '2s' }, registry),
    ).toEqual({
      kind: 'fault',
      id: 'fault',
      type: 'box.latency',
      target: { kind: 'box', query: 'mail', pick: 'only', onEmpty: 'error' },
      params: { delay: '1s' },
      for: 2_000,
    });
  });

  test.each([
    ['CHAOS_FAULT_UNKNOWN', { type: 'box.nothing', target: { box: 'mail' } }],
    ['CHAOS_FAULT_PARAMS_INVALID', { type: 'box.latency', target: { box: 'mail' }, params: { delay: 'x' } }],
    [
      'CHAOS_FAULT_PARAMS_INVALID',
      { type: 'box.latency', target: { box: 'mail' }, params: { delay: '${configuration.x}' } },
    ],
    ['CHAOS_TARGET_QUERY_INVALID', { type: 'box.pause', target: { box: 3 } }],
    ['CHAOS_EXPERIMENT_INVALID', { type: 'box.pause', target: { process: 3 } }],
    ['CHAOS_EXPERIMENT_INVALID', { type: 'box.pause', target: { box: 'mail' }, when: { value: 1, equals: 1 } }],
    ['CHAOS_EXPERIMENT_INVALID', 'box.pause'],
  ])('%s for %j', (expected, input) => {
    expect(code(input)).toBe(expected);
  });
});

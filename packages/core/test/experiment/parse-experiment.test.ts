import { isChaosError, parseExperiment, Registry } from '@bridge/chaos-core';
import { describe, expect, test } from 'vitest';
import { implementationOf } from '../../src/probe/define-probe.ts';
import { boxPlugin, look } from './fixture.ts';

const registry = new Registry([boxPlugin]);
const parse = (input: unknown) => parseExperiment(input, registry);

/** The issues of the error, `path: message`. */
function issues(input: unknown): string[] {
  try {
    parse(input);
  } catch (thrown) {
    if (!isChaosError(thrown, 'CHAOS_EXPERIMENT_INVALID')) throw thrown;
    return thrown.message.replace(/^[^:]*: the experiment:\s*/, '').split(/\n\s*/);
  }
  return [];
}

const pausing = { type: 'box.pause', target: { box: 'payments' } };

describe('an experiment that is as short as can be', () => {
  test('gets every default', () => {
    expect(parse({ name: 'short', faults: [pausing] })).toEqual({
      name: 'short',
      tags: [],
      configuration: {},
      secrets: {},
      steadyState: { probes: [], objectives: [] },
      baseline: 0,
      faults: [
        {
          kind: 'fault',
          id: 'step-1',
          type: 'box.pause',
          target: { kind: 'box', query: 'payments', pick: 'only', onEmpty: 'error' },
          params: {},
        },
      ],
      recovery: { within: 60_000, hold: 10_000, success: 0.99 },
      expect: 'recovered',
      stopWhen: [],
      maxDuration: 900_000,
    });
  });

  test('samples a baseline as soon as it has a probe', () => {
    const probes = [{ name: 'shop', type: 'look', at: 'door' }];
    const { baseline, steadyState } = parse({ name: 'x', steadyState: { probes }, faults: [pausing] });
    expect(baseline).toBe(5_000);
    expect(steadyState.probes).toEqual([
      { name: 'shop', type: 'look', every: 100, timeout: 1_000, options: { at: 'door' } },
    ]);
  });
});

describe('every form of a step', () => {
  test('is read, with durations in milliseconds and a name for each', () => {
    const { faults } = parse({
      name: 'forms',
      steadyState: { probes: [{ name: 'shop', type: 'look', at: 'door' }] },
      faults: [
        { serial: [{ ...pausing, for: '2s' }, { delay: '5s' }] },
        { parallel: [pausing, { load: { type: 'steady', rate: 10 }, for: '1m', id: 'traffic' }] },
        { repeat: 3, steps: [{ probe: 'shop', id: 'seen' }], when: { value: '${outputs.traffic.sent}', above: 3 } },
      ],
    });
    const target = { kind: 'box', query: 'payments', pick: 'only', onEmpty: 'error' };
    const fault = { kind: 'fault', type: 'box.pause', target, params: {} };
    expect(faults).toEqual([
      {
        kind: 'serial',
        id: 'step-1',
        steps: [
          { ...fault, id: 'step-1-1', for: 2_000 },
          { kind: 'delay', id: 'step-1-2', delay: 5_000 },
        ],
      },
      {
        kind: 'parallel',
        id: 'step-2',
        steps: [
          { ...fault, id: 'step-2-1' },
          { kind: 'load', id: 'traffic', type: 'steady', options: { rate: 10 }, for: 60_000 },
        ],
      },
      {
        kind: 'repeat',
        id: 'step-3',
        times: 3,
        steps: [{ kind: 'probe', id: 'seen', probe: 'shop' }],
        when: { value: '${outputs.traffic.sent}', above: 3 },
      },
    ]);
  });
});

describe('a selector', () => {
  const targetOf = (target: unknown) => {
    const [step] = parse({ name: 'x', faults: [{ type: 'box.pause', target }] }).faults;
    return step?.kind === 'fault' ? step.target : undefined;
  };

  test('with a plain name means exactly one', () => {
    expect(targetOf({ box: 'mail' })?.pick).toBe('only');
  });

  test('with a query means all that match', () => {
    expect(targetOf({ box: { group: 'shop' } })?.pick).toBe('all');
  });

  test('may say how many, and what happens when there are none', () => {
    const selector = targetOf({ box: { group: 'shop' }, pick: 'up to 50%', onEmpty: 'skip' });
    expect(selector).toEqual({ kind: 'box', query: { group: 'shop' }, pick: 'up to 50%', onEmpty: 'skip' });
  });

  test.each([0, 1.5, '0%', '101%', 'half', '50 %', -1])('does not pick %j', (pick) => {
    expect(issues({ name: 'x', faults: [{ type: 'box.pause', target: { box: '*', pick } }] })).toEqual([
      `faults[0].target.pick: expected "all", "only", a number of targets, "50%" or "up to 50%", got ${JSON.stringify(pick)}`,
    ]);
  });
});

describe('what is wrong', () => {
  test('is listed as a whole, each with its path', () => {
    const wrong = {
      name: '',
      seed: -1,
      expct: 'held',
      baseline: '5 parsecs',
      steadyState: { probes: [{ name: 'shop', type: 'look', at: 'door', every: 0 }], objectives: [{ probe: 'shop' }] },
      faults: [{ serial: [{ delay: '5x' }, { typ: 'box.pause', target: { box: 'mail' } }] }, {}],
      recovery: { hold: '2m' },
      stopWhen: [{ probe: 'shop' }],
    };
    expect(issues(wrong)).toEqual([
      'expct: expected no such key, got "expct"; did you mean "expect"?',
      'name: expected at least 1 characters, got ""',
      'seed: expected at least 0, got -1',
      'steadyState.probes[0].every: expected an interval of at least 1 ms, got less',
      'steadyState.objectives[0]: expected at least one of success, p50, p95, p99, got none',
      'baseline: expected a duration such as "400ms", "30s" or a number of milliseconds >= 0, got "5 parsecs"',
      'faults[0].serial[0].delay: expected a duration such as "400ms", "30s" or a number of milliseconds >= 0, got "5x"',
      'faults[0].serial[1].type: expected a string, got nothing',
      'faults[0].serial[1].typ: expected no such key, got "typ"; did you mean "type"?',
      expect.stringMatching(/^faults\[1\]: expected a step: a fault .*, got an empty object$/),
      'recovery.hold: expected a hold that fits into recovery.within, got a longer one',
      expect.stringMatching(/^stopWhen\[0\]: expected at least one of successBelow/),
    ]);
  });

  test.each([
    ['faults[0].type', { type: 'box.pauze', target: { box: 'mail' } }, 'did you mean "box.pause"?'],
    ['faults[0].type', { type: 'nothing.like.it', target: { box: 'mail' } }, 'there are box.latency, box.pause'],
    [
      'faults[0].target',
      { type: 'box.pause', target: { process: 1 } },
      'a target of kind "box" for box.pause, got "process"',
    ],
    ['faults[0].target', { type: 'box.pause', target: { box: 'a', bax: 'b' } }, 'got "box", "bax"'],
    ['faults[0].target', { type: 'box.pause', target: 'mail' }, 'expected a selector'],
    ['faults[0].target.box.grup', { type: 'box.pause', target: { box: { grup: 'shop' } } }, 'did you mean "group"?'],
    [
      'faults[0].params.delay',
      { type: 'box.latency', target: { box: 'mail' }, params: { delay: '4 parsecs' } },
      'duration',
    ],
    ['faults[0].params.delay', { type: 'box.latency', target: { box: 'mail' } }, 'got nothing'],
    [
      'faults[0].params.delya',
      { type: 'box.latency', target: { box: 'mail' }, params: { delay: 1, delya: 1 } },
      '"delay"?',
    ],
    [
      'faults[0].params.share',
      { type: 'box.latency', target: { box: 'mail' }, params: { delay: 1, share: 2 } },
      'at most 1, got 2',
    ],
    ['faults[0].for', { ...pausing, for: 0 }, 'longer than 0'],
    ['faults[0].when', { ...pausing, when: { value: 1 } }, 'at least one of equals'],
    ['faults[0].when.matches', { ...pausing, when: { value: 'a', matches: '(a' } }, 'unmatched "("'],
    ['faults[0].when.value', { ...pausing, when: { value: '${outputs.later.x}', equals: 1 } }, 'earlier step'],
    ['faults[0].probe', { probe: 'shop' }, 'a probe in steadyState.probes'],
    ['faults[0].load.type', { load: { type: 'stedy', rate: 1 } }, 'did you mean "steady"?'],
    ['faults[0].load.rate', { load: { type: 'steady', rate: -1 } }, 'more than 0, got -1'],
    ['faults[0].repeat', { repeat: 0, steps: [pausing] }, 'at least 1'],
    [
      'faults[0].params.delay',
      { type: 'box.latency', target: { box: 'mail' }, params: { delay: '${configuration.x}' } },
      'declared in configuration',
    ],
  ])('%s is named for %j', (path, step, message) => {
    const [issue, ...others] = issues({ name: 'x', faults: [step] });
    expect(others).toEqual([]);
    expect(issue).toContain(message);
    expect(issue?.slice(0, issue.indexOf(':'))).toBe(path);
  });

  test('is told for probes and loads as well', () => {
    const probes = [
      { name: 'a', type: 'look', at: 'door' },
      { name: 'a', type: 'look', at: 3 },
      { name: 'b', type: 'lok', at: 'door' },
    ];
    const objectives = [{ probe: 'c', success: '99%' }];
    expect(
      issues({ name: 'x', steadyState: { probes, objectives }, load: { type: 'steady' }, faults: [pausing] }),
    ).toEqual([
      'steadyState.probes[1].name: expected a unique name, got "a" again',
      'steadyState.probes[1].at: expected a string, got 3',
      'steadyState.probes[2].type: expected a probe type of a plugin, got "lok"; did you mean "look"?',
      'steadyState.objectives[0].probe: expected the name of a probe in steadyState.probes, got "c"',
      'load.rate: expected a number, got nothing',
    ]);
  });

  test('names of steps must be unique', () => {
    expect(issues({ name: 'x', faults: [{ ...pausing, id: 'a' }, { serial: [{ ...pausing, id: 'a' }] }] })).toEqual([
      'faults[1].serial[0].id: expected a unique name, got "a" again',
    ]);
  });

  test('repeats inside repeats are bounded', () => {
    const nested = (depth: number): unknown => (depth === 0 ? pausing : { repeat: 1000, steps: [nested(depth - 1)] });
    expect(issues({ name: 'x', faults: [nested(4)] })).toEqual([
      expect.stringMatching(/^faults: expected at most 10000 steps once repeats are unrolled/),
    ]);
  });
});

describe('data of unknown origin', () => {
  test.each([
    ['a function', { name: 'x', faults: [{ ...pausing, params: { call: () => 1 } }] }, 'faults[0].params.call'],
    ['an instance', { name: 'x', faults: [{ ...pausing, params: { at: new Date(0) } }] }, 'faults[0].params.at'],
    ['not a number', { name: 'x', seed: Number.NaN, faults: [pausing] }, 'seed'],
    ['__proto__', JSON.parse('{"name":"x","faults":[{"__proto__":{"a":1}}]}'), 'faults[0].__proto__'],
  ])('%s is refused', (_, input, path) => {
    expect(issues(input)[0]?.slice(0, path.length + 1)).toBe(`${path}:`);
  });

  test('a cycle is refused', () => {
    const circular: Record<string, unknown> = { name: 'x' };
    circular['faults'] = [circular];
    expect(issues(circular)).toEqual(['faults[0]: expected plain JSON, got an object that contains itself']);
  });

  test.each([null, 3, [], true])('%j is no experiment', (input) => {
    expect(issues(input)[0]).toMatch(/^\(root\): expected an object/);
  });

  test('a member that is undefined is as good as absent', () => {
    expect(parse({ name: 'x', seed: undefined, faults: [{ ...pausing, for: undefined }] })).toEqual(
      parse({ name: 'x', faults: [pausing] }),
    );
  });
});

describe('probes written by a factory', () => {
  test('keep the implementation they carry, with no plugin and through a spread', () => {
    const alone = new Registry([]);
    const probes = [look({ name: 'shop', at: 'door' }), { ...look({ name: 'yard', at: 'gate' }), every: '1s' }];
    const { steadyState } = parseExperiment({ name: 'x', steadyState: { probes }, faults: [{ delay: 1 }] }, alone);
    const [shop, yard] = steadyState.probes;
    expect(shop && implementationOf(shop)?.type).toBe('look');
    expect(yard && alone.probe(yard).type).toBe('look');
    expect(JSON.parse(JSON.stringify(shop))).toEqual({
      name: 'shop',
      type: 'look',
      every: 100,
      timeout: 1_000,
      options: { at: 'door' },
    });
  });
});

describe('text', () => {
  const yaml = `
# yaml-language-server: $schema=./experiment.schema.json
name: slow payments
configuration:
  delay: 400ms
faults:
  - type: box.latency
    target: { box: payments }
    params: { delay: "\${configuration.delay}" }
    for: 20s
`;

  test('as YAML and as JSON is the same experiment', () => {
    const parsed = parse(yaml);
    expect(parsed.faults[0]).toMatchObject({ for: 20_000, params: { delay: '${configuration.delay}' } });
    const json = {
      $schema: './experiment.schema.json',
      name: 'slow payments',
      configuration: { delay: '400ms' },
      faults: [
        {
          type: 'box.latency',
          target: { box: 'payments' },
          params: { delay: '${configuration.delay}' },
          for: '20s',
        },
      ],
    };
    expect(parse(JSON.stringify(json, null, '\t'))).toEqual(parsed);
  });

  test.each([
    ['a duplicate key', 'name: a\nfaults: []\nname: b\n', /line 3, column 1/],
    ['a duplicate key in JSON', '{"name": "a",\n "name": "b"}', /line 2, column 2/],
    ['one beside texts like keys', '{"name": "\\":",\n "name": "{b:c}"}', /line 2, column 2/],
    ['broken text', 'name: [a', /line 1/],
    ['an unknown tag', 'name: !!js/function "x"\nfaults: []', /line 1/],
    ['two documents', 'name: a\n---\nname: b\n', /document/],
    ['too much of it', `name: "${'x'.repeat(2 ** 20)}"`, /1048576 bytes/],
    ['an alias bomb', aliasBomb(), /alias/i],
    ['bottomless nesting', '['.repeat(50_000), /fewer levels/],
    ['many keys', `${Array.from({ length: 60_000 }, (_, n) => `k${n}: 1`).join('\n')}\nk7: 1`, /line 60001, column 1/],
  ])('with %s is refused', (_, text, message) => {
    expect(() => parse(text)).toThrow(expect.objectContaining({ code: 'CHAOS_EXPERIMENT_UNREADABLE' }));
    expect(() => parse(text)).toThrow(message);
  });
});

function aliasBomb(): string {
  const level = (n: number) => `l${n}: &l${n} [${Array.from({ length: 9 }, () => `*l${n - 1}`).join(', ')}]`;
  return ['l0: &l0 [x, x]', ...Array.from({ length: 9 }, (_, n) => level(n + 1))].join('\n');
}

import { parseExperiment, Registry, writtenExperiment } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import { boxPlugin } from './fixture.ts';

const registry = new Registry([boxPlugin]);

const pausing = { type: 'box.pause', target: { box: 'payments' } };

const EVERYTHING = {
  name: 'everything',
  description: 'all there is to say',
  tags: ['one', 'two'],
  configuration: {
    door: 'front',
    other: { env: 'OTHER', default: 'x' },
    file: { file: 'a.txt' },
    odd: { literal: { env: 1 } },
  },
  secrets: { key: { env: 'KEY' } },
  seed: 7,
  steadyState: {
    hypothesis: 'it holds',
    probes: [
      { name: 'shop', type: 'look', at: '${configuration.door}', every: '50ms', business: { costPerLostRequest: 2 } },
      { name: 'back', type: 'look', at: 'back', timeout: '3s' },
    ],
    objectives: [{ probe: 'shop', success: '99%', p95: '1s', weight: 2 }],
  },
  baseline: '2s',
  load: { type: 'steady', rate: 5 },
  faults: [
    { id: 'first', ...pausing, for: '1s', onRestart: 'reapply' },
    { serial: [{ delay: '1s' }, { probe: 'shop', when: { value: '${outputs.first.state}', equals: 'ended' } }] },
    {
      parallel: [
        { repeat: 3, steps: [pausing] },
        { load: { type: 'steady', rate: 2 }, for: '4s' },
      ],
    },
    {
      type: 'box.latency',
      target: { box: { group: 'shop' }, pick: '50%', onEmpty: 'skip' },
      params: { delay: '${configuration.other}' },
      when: { value: 1, above: 0, below: 2, exists: true },
    },
  ],
  recovery: { within: '20s', hold: '1s', success: '50%' },
  expect: 'held',
  stopWhen: [
    { probe: 'shop', errorBudgetSpent: 0.5, slo: 0.99, over: '9s' },
    { healthBelow: true, cpuAbove: 0.9 },
  ],
  maxDuration: '5m',
};

test.each([
  ['as short as can be', { name: 'short', faults: [pausing] }],
  ['with everything', EVERYTHING],
])('an experiment %s is the same when it was written down and read again', (_, input) => {
  const experiment = parseExperiment(input, registry);
  const text = JSON.stringify(writtenExperiment(experiment));
  expect(parseExperiment(text, registry)).toStrictEqual(experiment);
});

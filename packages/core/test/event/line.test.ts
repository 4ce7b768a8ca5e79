import { type CoreEvents, lineOf, type Target } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hubHarness } from './hub-harness.ts';

declare module '@bridge/chaos-core' {
  interface ChaosEvents {
    'leader:elected': { readonly leader: string };
  }
}

const target: Target = { kind: 'container', id: 'abc', name: 'brh_api', labels: {}, startedAt: '1' };
const fault = { id: 'fault-1', type: 'container.pause', target };
const proof = { observation: 'present', at: 1, looks: 1 } as const;

const EXAMPLES: { readonly [Type in keyof CoreEvents]?: readonly [CoreEvents[Type], string] } = {
  'engine:started': [{ state: '/s', armed: true, orphans: 2 }, 'CHAOS: engine started on /s, armed, 2 orphans found'],
  'engine:degraded': [
    { guarantee: 'guardian', reason: 'no child processes', remedy: 'allow them' },
    'CHAOS: weaker guarantee: guardian: no child processes; allow them',
  ],
  'engine:stale': [{ epoch: 3 }, 'CHAOS: engine was stalled, the guardian took over (epoch 3)'],
  'engine:closed': [{ reverted: 1 }, 'CHAOS: engine closed, 1 fault reverted'],
  'guardian:armed': [
    { pid: 7, launcher: 'process', types: ['a', 'b'] },
    'CHAOS: guardian armed (process, pid 7) for 2 fault types',
  ],
  'guardian:lost': [{ reason: 'killed', live: 0 }, 'CHAOS: guardian lost with 0 live faults: killed'],
  'run:started': [{ name: 'r', seed: 42, actor: 'ci' }, 'CHAOS: run "r" started by ci, seed 42'],
  'run:phase': [{ phase: 'baseline' }, 'CHAOS: run enters baseline'],
  'run:finished': [
    { name: 'r', verdict: 'recovered', reasons: ['a', 'b'], timeToDetect: 10, timeToRecover: 20 },
    'CHAOS: run "r" finished: recovered: a; b',
  ],
  'step:started': [{ step: 's' }, 'CHAOS: step s started'],
  'step:finished': [{ step: 's' }, 'CHAOS: step s finished'],
  'step:skipped': [{ step: 's', reason: 'no' }, 'CHAOS: step s skipped: no'],
  'load:started': [{ load: 'l' }, 'CHAOS: load l started'],
  'load:stopped': [{ load: 'l', done: { sent: 3 } }, 'CHAOS: load l stopped {"sent":3}'],
  'safety:exceeded': [
    { sentence: 'cpu use of the host 97.0 % over 5000 ms, limit 85.0 %', numbers: {}, faults: ['f'] },
    'CHAOS: cpu use of the host 97.0 % over 5000 ms, limit 85.0 %: reverting 1 fault outside of runs',
  ],
  'guard:refused': [
    { rule: 'window', value: 'now', limit: 'later', reason: 'closed', fault: null },
    'CHAOS: refused run by rule window: closed (is now, limit later)',
  ],
  'fault:intended': [{ fault, params: {}, lease: 1 }, 'CHAOS: intends container.pause on container brh_api'],
  'fault:injecting': [{ fault }, 'CHAOS: injecting container.pause on container brh_api'],
  'fault:effective': [
    { fault, proof, took: 12.4, hold: 30_000 },
    'CHAOS: container.pause on container brh_api is in effect, proven after 12 ms',
  ],
  'fault:inert': [{ fault }, 'CHAOS: container.pause on container brh_api has no effect that can be observed'],
  'fault:reverting': [
    { fault, cause: 'scope-end' },
    'RECOVERY: reverting container.pause on container brh_api (scope-end)',
  ],
  'fault:reverted': [
    { fault, cause: 'scope-end', proof, took: 3, by: 'engine' },
    'RECOVERY: reverted container.pause on container brh_api (scope-end), proven after 3 ms by engine',
  ],
  'fault:gone': [
    { fault, cause: 'orphan', proof },
    'RECOVERY: container.pause on container brh_api is gone with what carried it (orphan)',
  ],
  'fault:spent': [{ fault, proof }, 'CHAOS: container.pause on container brh_api is done'],
  'fault:leaked': [
    { fault, reason: 'still there', remedy: 'unpause it' },
    'CHAOS: LEAKED container.pause on container brh_api: still there; unpause it',
  ],
  'fault:orphan': [
    { fault, outcome: 'reverted', by: 'guardian' },
    'RECOVERY: orphan container.pause on container brh_api of a former life is reverted, by guardian',
  ],
  'probe:changed': [{ probe: 'p', health: 'healthy', detail: null }, 'RECOVERY: probe p is healthy'],
  'probe:second': [
    { probe: 'p', sent: 2, ok: 1, p50: 4, p95: null },
    'CHAOS: probe p 1/2 healthy, p50 4 ms, p95 no answer',
  ],
  'mark:set': [{ mark: 'detected', at: 5 }, 'RECOVERY: mark detected at 5 ms'],
  'emergency:stopped': [
    { reason: 'pager', reverted: 2, leaked: 0 },
    'CHAOS: EMERGENCY STOP: pager; 2 reverted, 0 leaked',
  ],
  'emergency:released': [{ reason: 'all fine' }, 'RECOVERY: emergency stop released: all fine'],
  'host:log': [{ message: 'hello', data: {} }, 'CHAOS: hello'],
  'host:signal': [{ kind: 'playbook', name: 'restart', data: {} }, 'RECOVERY: playbook restart'],
  'events:dropped': [{ count: 9 }, 'CHAOS: 9 events dropped before this place'],
};

describe('an event as a line', () => {
  it('reads like this', () => {
    const { hub } = hubHarness();
    const lines: string[] = [];
    hub.on('*', (event) => lines.push(lineOf(event)));
    for (const [type, example] of Object.entries(EXAMPLES)) Reflect.apply(hub.emit, hub, [type, example[0]]);
    expect(lines).toEqual(Object.values(EXAMPLES).map(([, line]) => line));
  });

  it('uses the sentence a plugin hands in for an event of its own', () => {
    const event = { type: 'leader:elected', data: { leader: 'n1' } } as const;
    expect(lineOf(event)).toBe('CHAOS: leader:elected {"leader":"n1"}');
    expect(lineOf(event, { 'leader:elected': ({ leader }) => `CONSENSUS: elected leader=${leader}` })).toBe(
      'CONSENSUS: elected leader=n1',
    );
  });

  it('is always one line of at most 500 characters without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (message) => {
        const line = lineOf({ type: 'host:log', data: { message, data: {} } });
        expect(line.length).toBeLessThanOrEqual(500);
        expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      }),
    );
    const long = lineOf({ type: 'host:log', data: { message: 'x'.repeat(600), data: {} } });
    expect([long.length, long.at(-1)]).toEqual([500, '…']);
    expect(lineOf({ type: 'host:log', data: { message: 'x\nCHAOS: forged \u001b[31m', data: {} } })).toBe(
      'CHAOS: x CHAOS: forged  [31m',
    );
  });
});

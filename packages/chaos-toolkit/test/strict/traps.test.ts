import type { Json, JsonObject } from '@bridge/chaos-core';
import { importChaosToolkit, runChaosToolkit } from '@bridge/chaos-toolkit';
import { describe, expect, it } from 'vitest';

const process = { type: 'process', path: 'true' };
const http = { type: 'http', url: 'http://127.0.0.1:1/' };
const probe = { type: 'probe', name: 'p', provider: process, tolerance: 0 };
const action = { type: 'action', name: 'a', provider: process };

const sound: JsonObject = {
  title: 't',
  description: 'd',
  'steady-state-hypothesis': { title: 'h', probes: [probe] },
  method: [action],
};

const inMethod = (activity: JsonObject): JsonObject => ({ method: [{ ...action, ...activity }] });
const held = (tolerance: Json, provider: JsonObject = process): JsonObject => ({
  'steady-state-hypothesis': { title: 'h', probes: [{ ...probe, provider, tolerance }] },
});
const body = (tolerance: JsonObject): JsonObject => held({ target: 'body', ...tolerance }, http);

const TRAPS: readonly (readonly [trap: string, path: string, change: JsonObject])[] = [
  ['ignored-key', 'rollback', { rollback: [] }],
  ['ignored-key', 'method[0].pause', inMethod({ pause: { after: 1 } })],
  ['ignored-key', 'method[0].configuration', inMethod({ configuration: 'x' })],
  ['ignored-key', 'method[0].dry', inMethod({ dry: 'actions' })],
  ['ignored-key', 'method[0].provider.expected_status', inMethod({ provider: { ...http, expected_status: 200 } })],
  [
    'ignored-key',
    'steady-state-hypothesis.probes[0].tolerance.expected',
    body({ type: 'jsonpath', path: '$.a', expected: 1 }),
  ],
  ['nothing-checked', 'steady-state-hypothesis', { 'steady-state-hypothesis': null }],
  ['nothing-checked', 'steady-state-hypothesis.probes', { 'steady-state-hypothesis': { title: 'h', probes: [] } }],
  ['nothing-checked', 'runtime.hypothesis.strategy', { runtime: { hypothesis: { strategy: 'before-method-only' } } }],
  ['never-rolled-back', 'runtime.rollbacks.strategy', { runtime: { rollbacks: { strategy: 'never' } } }],
  ['reference-crashes', 'rollbacks[0].ref', { rollbacks: [{ ref: 'nobody' }] }],
  ['name-ambiguous', 'method[1].name', { method: [action, action, { ref: 'a' }] }],
  ['timeout-not-enforced', 'method[0].timeout', inMethod({ timeout: 3 })],
  [
    'background-ignored',
    'steady-state-hypothesis.probes[0].background',
    { 'steady-state-hypothesis': { title: 'h', probes: [{ ...probe, background: true }] } },
  ],
  [
    'action-in-hypothesis',
    'steady-state-hypothesis.probes[0].type',
    { 'steady-state-hypothesis': { title: 'h', probes: [{ ...probe, type: 'action' }] } },
  ],
  [
    'sent-as-form',
    'method[0].provider.headers.Content-Type',
    inMethod({
      provider: {
        ...http,
        method: 'POST',
        arguments: { a: 1 },
        headers: { 'Content-Type': 'application/json; charset=utf-8' },
      },
    }),
  ],
  [
    'mapping-of-arguments',
    'method[0].provider.arguments',
    inMethod({ provider: { ...process, arguments: { '-x': '' } } }),
  ],
  ['tolerance-ignored', 'method[0].tolerance', inMethod({ type: 'probe', tolerance: 0 })],
  ['tolerance-never-met', 'steady-state-hypothesis.probes[0].tolerance', held('OK')],
  ['tolerance-never-met', 'steady-state-hypothesis.probes[0].tolerance', held(true)],
  ['list-is-not-a-range', 'steady-state-hypothesis.probes[0].tolerance', held([200, 299], http)],
  ['tolerance-crashes', 'steady-state-hypothesis.probes[0].tolerance', held({ type: 'regex', pattern: 'up' })],
  ['tolerance-crashes', 'steady-state-hypothesis.probes[0].tolerance', held({ type: 'range', range: [0, 1] })],
  [
    'tolerance-crashes',
    'steady-state-hypothesis.probes[0].tolerance.provider',
    held({ type: 'probe', name: 'x', provider: process }),
  ],
  [
    'jsonpath-misses',
    'steady-state-hypothesis.probes[0].tolerance.path',
    held({ type: 'jsonpath', path: '$.items' }, http),
  ],
  [
    'count-ignored',
    'steady-state-hypothesis.probes[0].tolerance.count',
    body({ type: 'jsonpath', path: '$.a', count: 1, expect: 1 }),
  ],
  [
    'filter-looks-at-node',
    'steady-state-hypothesis.probes[0].tolerance.path',
    body({ type: 'jsonpath', path: '$.items[?(@.a=1)]' }),
  ],
  [
    'inverted-precedence',
    'steady-state-hypothesis.probes[0].tolerance.path',
    body({ type: 'jsonpath', path: '$.i[*][?(@.a=1 or @.b=1 and @.c=1)]' }),
  ],
  ['name-hidden', 'secrets.x.k', { configuration: { k: 1 }, secrets: { x: { k: 's' } } }],
  ['name-unreachable', 'configuration.my-key', { configuration: { 'my-key': 1 } }],
  ['secret-unreachable', 'secrets.k', { secrets: { k: 's' } }],
  [
    'variable-unresolved',
    'method[0].provider.arguments[0]',
    inMethod({ provider: { ...process, arguments: ['${nope}'] } }),
  ],
  ['variable-unresolved', 'title', { title: 'about ${nope}' }],
  [
    'not-substituted',
    'method[0].provider.path',
    { ...inMethod({ provider: { type: 'process', path: '${tool}' } }), configuration: { tool: 'true' } },
  ],
];

describe('mode strict', () => {
  it.each(TRAPS)('finds the trap %s at %s and says what to do', async (name, path, change) => {
    const { traps } = await importChaosToolkit({ json: { ...sound, ...change } });
    expect(traps.map(({ trap, path: where }) => [trap, where])).toContainEqual([name, path]);
    for (const { message, remedy } of traps) expect(message.length * remedy.length).toBeGreaterThan(0);
  });

  it('finds nothing in a sound experiment', async () => {
    const { traps } = await importChaosToolkit({ json: sound });
    expect(traps).toEqual([]);
  });

  it('refuses to run an experiment with traps and names them all', async () => {
    const imported = await importChaosToolkit({ json: { ...sound, ...inMethod({ timeout: 3 }), rollback: [] } });
    const refused = runChaosToolkit(imported, { signals: false });
    await expect(refused).rejects.toMatchObject({ code: 'CHAOS_EXPERIMENT_INVALID' });
    await expect(refused).rejects.toThrow(
      /rollback: this key is ignored silently.*did you mean "rollbacks"\?[\s\S]*method\[0\]\.timeout/,
    );
  });
});

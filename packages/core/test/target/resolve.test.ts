import { type Pick, Registry, seededRandom, silentLogger, systemClock, type Target } from '@bridge/chaos-core';
import { describe, expect, test } from 'vitest';
import { resolveTargets } from '../../src/target/resolve.ts';
import { BOXES, boxes, boxPlugin } from '../experiment/fixture.ts';

const context = { signal: new AbortController().signal, clock: systemClock, log: silentLogger };

function resolve(query: string | object, more: { pick?: Pick; onEmpty?: 'error' | 'skip'; source?: object } = {}) {
  const { pick = typeof query === 'string' ? 'only' : 'all', onEmpty = 'error', source = {} } = more;
  const registry = new Registry([{ ...boxPlugin, targets: [{ ...boxes(), ...source }] }]);
  return resolveTargets(
    { kind: 'box', query: JSON.parse(JSON.stringify(query)), pick, onEmpty },
    registry,
    seededRandom(1),
    context,
  );
}

describe('a selector', () => {
  test('finds what matches', async () => {
    expect((await resolve('mail')).targets.map(({ name }) => name)).toEqual(['mail']);
    expect((await resolve({ group: 'shop' })).targets.map(({ name }) => name)).toEqual(['orders', 'payments', 'stock']);
    expect(await resolve({ group: 'shop' }, { pick: 2 })).toMatchObject({ matched: 3, explanation: '2 of 3' });
  });

  test('that matches nothing names what is near', async () => {
    const nothing = resolve('paymnets');
    await expect(nothing).rejects.toThrow(expect.objectContaining({ code: 'CHAOS_TARGET_NOT_FOUND' }));
    await expect(nothing).rejects.toThrow('for {"box":"paymnets"}, got none; near: payments');
    await expect(resolve({ name: 'nobody' })).rejects.toThrow('there are mail, orders, payments, search, stock');
  });

  test('that matches nothing can be skipped', async () => {
    expect(await resolve('nobody', { onEmpty: 'skip' })).toEqual({
      targets: [],
      matched: 0,
      explanation: 'nothing matches {"box":"nobody","onEmpty":"skip"}',
    });
  });

  test('that is a plain name must match exactly one', async () => {
    await expect(resolve('*')).rejects.toThrow(expect.objectContaining({ code: 'CHAOS_TARGET_AMBIGUOUS' }));
    expect((await resolve('*', { pick: 'all' })).targets).toHaveLength(5);
  });
});

describe('a source', () => {
  test('that does not answer is named', async () => {
    const broken = { find: async () => Promise.reject(new Error('connect ECONNREFUSED')) };
    const asking = resolve('mail', { source: broken });
    await expect(asking).rejects.toThrow(expect.objectContaining({ code: 'CHAOS_TARGET_UNREACHABLE' }));
    await expect(asking).rejects.toThrow('the source of "box", got connect ECONNREFUSED');
  });

  test('that lists one thing twice has it once', async () => {
    const doubling = { find: async () => [...BOXES, ...BOXES] };
    expect((await resolve({}, { source: doubling })).matched).toBe(5);
  });

  test('that answers with something else breaks its contract', async () => {
    const wrong: Target = { kind: 'process', id: '1', name: 'x', labels: {}, startedAt: '' };
    await expect(resolve({}, { source: { find: async () => [wrong] } })).rejects.toThrow(
      expect.objectContaining({ code: 'CHAOS_PLUGIN_INVALID' }),
    );
  });
});

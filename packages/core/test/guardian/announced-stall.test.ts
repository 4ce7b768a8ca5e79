import { ChaosEngine, defineFault, definePlugin, isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import markers from '../fixtures/marker-plugin.ts';
import { World } from './world.ts';

const LEASE = 1_000;
const STALL = 3 * LEASE;
/** Of the test's own: by when a guardian on a busy machine answers is not what is tested. */
const AMPLE = 30_000;

function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Blocks the event loop inside inject(), with or without leave; lives in this process only. */
function stalling() {
  let stalled = false;
  const stall = defineFault({
    type: 'loop.stall',
    target: 'folder',
    params: z.strictObject({ announce: z.number().optional() }),
    undo: z.strictObject({}),
    survives: 'engine',
    settle: 0,
    prepare: async () => ({}),
    async inject(_target, { announce }, _undo, context) {
      if (announce !== undefined) await context.extendLease?.(announce);
      standStill(STALL);
      stalled = true;
    },
    async revert() {
      stalled = false;
    },
    observe: async () => (stalled ? 'present' : 'absent'),
  });
  const { targets } = markers();
  return definePlugin({ name: 'loop', module: import.meta.url, options: {}, targets, faults: [stall], probes: [] });
}

async function engineIn(world: World) {
  const engine = new ChaosEngine({ plugins: [stalling()], armed: true, state: world.state, lease: LEASE });
  return await engine.start();
}

describe('a stall of the event loop longer than the lease', () => {
  it('is not taken for death when it was announced', async () => {
    await using world = await World.make();
    await using engine = await engineIn(world);
    const types: string[] = [];
    engine.on('*', ({ type }) => void types.push(type));
    await using fault = await engine.inject({
      type: 'loop.stall',
      target: { folder: world.root },
      params: { announce: AMPLE },
    });
    expect(fault.state.phase).toBe('active');
    expect(types).not.toContain('engine:stale');
    expect(types).not.toContain('guardian:lost');
  });

  it('is taken for death when it was not', async () => {
    await using world = await World.make();
    await using engine = await engineIn(world);
    const injecting = engine.inject({ type: 'loop.stall', target: { folder: world.root }, params: {} });
    await expect(injecting).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_ENGINE_STALE'));
  });

  it('cannot be announced without bound', async () => {
    await using world = await World.make();
    await using engine = await engineIn(world);
    const params = { announce: 61_000 };
    const injecting = engine.inject({ type: 'loop.stall', target: { folder: world.root }, params });
    await expect(injecting).rejects.toThrow('expected a stall of 0 to 60000 ms, got 61000');
  });
});

import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as ended, setTimeout as sleep } from 'node:timers/promises';
import { ChaosEngine, definePlugin } from '@bridge/chaos-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import markers, { folders, marker } from '../fixtures/marker-plugin.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chaos-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

it('holds a fault exactly as long as its scope and proves both ends', async () => {
  await using engine = new ChaosEngine({ plugins: [markers()], armed: true, state: join(root, 'state') });
  const types: string[] = [];
  engine.on('*', ({ type }) => types.push(type));
  await engine.start();
  {
    await using fault = await engine.inject({ type: 'folder.marker', target: { folder: root }, params: {} });
    expect(fault.state.phase).toBe('active');
    expect(existsSync(join(root, 'broken'))).toBe(true);
    expect(await readdir(join(root, 'state', 'live'))).toHaveLength(1);
  }
  expect(existsSync(join(root, 'broken'))).toBe(false);
  expect(await readdir(join(root, 'state', 'live'))).toEqual([]);
  expect(types).toEqual([
    'guardian:armed',
    'engine:started',
    'fault:intended',
    'fault:injecting',
    'fault:effective',
    'fault:reverting',
    'fault:reverted',
  ]);
});

type Marker = typeof marker;

/** An engine without a guardian on one fault that differs from the marker, and one source of folders. */
async function engineWith(changed: Partial<Marker>, find = folders.find, limits = {}) {
  const plugin = definePlugin({
    name: 'changed',
    module: import.meta.url,
    options: {},
    targets: [{ ...folders, find }],
    faults: [{ ...marker, ...changed }],
    probes: [],
  });
  const engine = new ChaosEngine({
    plugins: [plugin],
    armed: true,
    state: join(root, 'state'),
    guardian: 'none',
    limits,
  });
  return await engine.start();
}

const step = () => ({ type: 'folder.marker', target: { folder: root }, params: {} }) as const;
const isBroken = () => existsSync(join(root, 'broken'));

describe('an injection', () => {
  it('that failed is undone also where what it sent lands later', async () => {
    const landed = Promise.withResolvers<void>();
    await using engine = await engineWith({
      inject: async (...call) => {
        void sleep(100).then(() => landed.resolve(marker.inject(...call)));
        throw new Error('no answer');
      },
    });
    await expect(engine.inject(step())).rejects.toThrow('no answer');
    await landed.promise;
    expect(isBroken()).toBe(false);
  });

  it('that lands while its undo is being proven is undone once more', async () => {
    const stop = new AbortController();
    const land = Promise.withResolvers<void>();
    const landed = Promise.withResolvers<void>();
    let proofs = 0;
    await using engine = await engineWith({
      inject: async (...call) => {
        stop.abort(new Error('enough'));
        await land.promise;
        await marker.inject(...call);
        landed.resolve();
      },
      fingerprint: async (undo, context) => {
        proofs += 1;
        const found = (await marker.fingerprint?.(undo, context)) ?? null;
        if (proofs === 2) {
          land.resolve();
          await landed.promise;
          await ended();
        }
        return found;
      },
    });
    await expect(engine.inject(step(), { signal: stop.signal })).rejects.toThrow('CHAOS_RUN_ABORTED');
    expect(proofs).toBeGreaterThan(2);
    expect(isBroken()).toBe(false);
  });

  it('whose effect is never told ends with the limit of an attempt', async () => {
    let looks = 0;
    const observe: Marker['observe'] = async (undo, context) => {
      looks += 1;
      return looks === 1 ? await new Promise(() => {}) : await marker.observe(undo, context);
    };
    await using engine = await engineWith({ observe }, folders.find, { attempt: '300ms' });
    await expect(engine.inject(step())).rejects.toThrow('CHAOS_FAULT_FAILED');
    expect(isBroken()).toBe(false);
  });

  it('that is still looking for its target when the engine is closed does not come', async () => {
    const found = Promise.withResolvers<void>();
    const engine = await engineWith({}, async (...query) => {
      await found.promise;
      return await folders.find(...query);
    });
    const injected = engine.inject(step());
    const refused = expect(injected).rejects.toThrow('CHAOS_ENGINE_CLOSED');
    await engine.close();
    found.resolve();
    await refused;
    expect(isBroken()).toBe(false);
  });
});

it('closing an engine that is being closed waits until all is undone', async () => {
  const undo = Promise.withResolvers<void>();
  const engine = await engineWith({
    revert: async (...call) => {
      await undo.promise;
      await marker.revert(...call);
    },
  });
  await engine.inject(step());
  const first = engine.close();
  const second = engine.close();
  engine.once('fault:reverting', () => undo.resolve());
  await second;
  expect(isBroken()).toBe(false);
  await first;
});

it('what a guardian left that cannot be read just now is kept for the next start', async () => {
  const outcome = join(root, 'state', 'settled', 'fault-unread.jsonl');
  // EISDIR stands for EIO, EMFILE and the like.
  await mkdir(outcome, { recursive: true });
  await using _engine = await engineWith({});
  expect(existsSync(outcome)).toBe(true);
});

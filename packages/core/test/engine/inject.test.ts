import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ChaosEngine, definePlugin } from '@bridge/chaos-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
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

it('undoes what a call that failed has sent, when it lands later', async () => {
  const landed = Promise.withResolvers<void>();
  const lossy = {
    ...marker,
    inject: async (...call: Parameters<typeof marker.inject>) => {
      void sleep(100).then(() => landed.resolve(marker.inject(...call)));
      throw new Error('no answer');
    },
  };
  const module = import.meta.url;
  const plugin = definePlugin({ name: 'lossy', module, options: {}, targets: [folders], faults: [lossy], probes: [] });
  await using engine = new ChaosEngine({
    plugins: [plugin],
    armed: true,
    state: join(root, 'state'),
    guardian: 'none',
  });
  await engine.start();
  const injected = engine.inject({ type: 'folder.marker', target: { folder: root }, params: {} });
  await expect(injected).rejects.toThrow('no answer');
  await landed.promise;
  expect(existsSync(join(root, 'broken'))).toBe(false);
});

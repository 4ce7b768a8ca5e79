import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, defineFault, definePlugin, type Target } from '@bridge/chaos-core';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { main } from '../src/main.ts';
import { memoryIo } from './support/memory-io.ts';
import { workspace } from './support/workspace.ts';

/** A fault of which nothing is left once its undo is let through. */
function held() {
  const undo = Promise.withResolvers<void>();
  const target: Target = { kind: 'thing', id: '1', name: 'it', labels: {}, startedAt: '1' };
  let broken = false;
  const set = async (isBroken: boolean): Promise<void> => {
    if (!isBroken) await undo.promise;
    broken = isBroken;
  };
  const fault = defineFault({
    type: 'thing.break',
    target: 'thing',
    params: z.strictObject({}),
    undo: z.strictObject({}),
    survives: 'engine',
    settle: '1ms',
    prepare: async () => ({}),
    inject: () => set(true),
    revert: () => set(false),
    observe: async () => (broken ? 'present' : 'absent'),
  });
  const source = {
    kind: 'thing',
    query: z.string(),
    find: async () => [target],
    reread: async () => target,
    group: async () => [target],
  } as const;
  const plugin = definePlugin({
    name: 'held',
    module: import.meta.url,
    options: {},
    targets: [source],
    faults: [fault],
    probes: [],
  });
  return { plugin, letThrough: undo.resolve };
}

test('`chaos revert` leaves the emergency stop that somebody else engages meanwhile', {
  timeout: 120_000,
}, async () => {
  await using folder = await workspace();
  const state = join(folder.path, 'state');
  const { plugin, letThrough } = held();
  await using engine = new ChaosEngine({ plugins: [plugin], armed: true, state, guardian: 'none', signals: false });
  await engine.start();
  await engine.inject({ type: 'thing.break', target: { thing: 'it' }, params: {} });
  const history = () => readFile(join(state, 'stop-history.jsonl'), 'utf8').catch(() => '');
  const chaos = (...words: string[]) => main([...words, '--state', state], memoryIo({ cwd: folder.path }));
  const reverted = chaos('revert', '--within', '100s');
  await expect.poll(history, { timeout: 60_000 }).toContain('chaos revert');
  const stopped = chaos('stop', 'an incident', '--within', '100s');
  await expect.poll(history, { timeout: 60_000 }).toContain('an incident');
  letThrough();
  expect(await reverted).toBe(0);
  await stopped;
  expect(engine.status().emergencyStop.engaged).toBe(true);
  await engine.release('over');
});

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, systemClock } from '@bridge/chaos-core';
import { describe, expect, test } from 'vitest';
import { definePlaybook, type PlaybookEngineOptions, playbooks, step } from '../../src/index.ts';
import { expectValue, SIGNAL, testFolder, writeValue } from './scene.ts';

const HOUR = 3_600_000;

/** An engine whose runs help at once, with a calendar that can be moved on. */
async function scene(keep: PlaybookEngineOptions['keep']) {
  const folder = await testFolder();
  let passed = 0;
  const clock: Clock = { ...systemClock, wall: () => systemClock.wall() + passed };
  const file = join(folder.path, 'value');
  await writeFile(file, 'broken');
  const fix = definePlaybook({
    name: 'fix',
    on: ['queue-*'],
    steps: [step('write', writeValue, { file: '${signal.data.file}', value: 'fixed' })],
    verify: [{ action: 'expect_value', with: { file, values: ['fixed'] } }],
    coolDown: '10m',
    escalate: { runs: 3, per: '1h' },
  });
  const runs = join(folder.path, 'runs');
  const open = () =>
    playbooks({ playbooks: [fix], actions: [writeValue, expectValue], folder: runs, clock, ...(keep && { keep }) });
  return {
    later(hours: number): void {
      passed += hours * HOUR;
    },
    /** One life of the host service: so many runs, two hours apart. */
    async life(count: number) {
      await using engine = await open();
      for (let run = 0; run < count; run += 1) {
        const handled = await engine.handle({ ...SIGNAL, data: { file } });
        if (!handled.accepted) throw new Error(`refused: ${handled.reason}`);
        expect(await handled.outcome).toBe('resolved');
        passed += 2 * HOUR;
      }
    },
    journals: () => readdir(runs),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe('journals of runs that ended', () => {
  test('go when there are more than are kept, the oldest first', async () => {
    await using world = await scene({ runs: 3 });
    await world.life(3);
    const before = (await world.journals()).sort();
    expect(before).toHaveLength(3);
    await world.life(2);
    const after = (await world.journals()).sort();
    expect(after).toHaveLength(3);
    expect(after[0]).toBe(before[2]);
  });

  test('go when they are older than they are kept, at the next start at the latest', async () => {
    await using world = await scene({ for: '5h' });
    await world.life(2);
    expect(await world.journals()).toHaveLength(2);
    world.later(6);
    await world.life(0);
    expect(await world.journals()).toEqual([]);
  });

  test('stay as long as cool-down and escalation count them', async () => {
    await using world = await scene({ runs: 1, for: 0 });
    await world.life(1);
    const [first] = await world.journals();
    expect(first).toBeDefined();
    // Two hours ago by now: nobody counts it any more. The second is still counted.
    await world.life(1);
    const left = await world.journals();
    expect(left).toHaveLength(1);
    expect(left).not.toContain(first);
  });

  test('are all there by default', async () => {
    await using world = await scene(undefined);
    await world.life(5);
    expect(await world.journals()).toHaveLength(5);
  });

  test('a rule that is none is refused', async () => {
    await using world = await scene({ runs: 0 });
    await expect(world.life(1)).rejects.toThrow(/CHAOS_OPTIONS_INVALID: keep\.runs/);
  });
});

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { expect, test } from 'vitest';
import { type SnapshotRound, SnapshotSchedule, SnapshotStore } from '../../src/index.ts';
import { testFolder } from '../playbook/scene.ts';

test('a snapshot is put back as it was taken, and one that is damaged never is', async () => {
  await using folder = await testFolder();
  const store = new SnapshotStore(join(folder.path, 'snapshots'), virtualClock());
  const file = join(folder.path, 'model');
  await writeFile(file, 'good');
  const taken = await store.take('model', file);
  await writeFile(file, 'spoilt');
  await store.restore(taken);
  expect(await readFile(file, 'utf8')).toBe('good');
  await writeFile(join(folder.path, 'snapshots', 'model', `${taken.id}.data`), 'tampered');
  await writeFile(file, 'spoilt');
  await expect(store.restore(taken)).rejects.toThrow(/CHAOS_SNAPSHOT_FAILED.*SHA-256/);
  expect(await readFile(file, 'utf8')).toBe('spoilt');
  expect(await store.find('model', 'latest')).toBeUndefined();
});

test('the newest intact one is found; the same content is not copied again', async () => {
  await using folder = await testFolder();
  const clock = virtualClock();
  const store = new SnapshotStore(join(folder.path, 'snapshots'), clock);
  const file = join(folder.path, 'value');
  const take = async (content: string) => {
    await clock.advance(1_000);
    await writeFile(file, content);
    return store.take('value', file);
  };
  const first = await take('one');
  expect((await take('one')).id).toBe(first.id);
  const second = await take('two');
  expect((await store.list('value')).map(({ id }) => id)).toEqual([second.id, first.id]);
  await writeFile(join(folder.path, 'snapshots', 'value', `${second.id}.data`), 'damaged');
  expect((await store.find('value', 'latest'))?.id).toBe(first.id);
});

test('they are taken on schedule, and the old ones go; a round that fails does not end it', async () => {
  await using folder = await testFolder();
  const clock = virtualClock();
  const file = join(folder.path, 'state');
  const rounds: SnapshotRound[] = [];
  const round = async (number: number): Promise<SnapshotRound | undefined> => {
    await expect.poll(() => rounds.length, { timeout: 15_000 }).toBe(number);
    return rounds.at(-1);
  };
  const schedule = new SnapshotSchedule({
    folder: join(folder.path, 'snapshots'),
    plans: [{ name: 'state', file, every: '1h', keep: 2 }],
    clock,
    onRound: (round) => rounds.push(round),
  });
  await using _ = schedule;
  expect(await round(1)).toMatchObject({ ok: false, reason: expect.stringContaining('ENOENT') });
  for (const [index, content] of ['a', 'b', 'c', 'd'].entries()) {
    await writeFile(file, content);
    await clock.advance(3_600_000);
    expect(await round(index + 2)).toMatchObject({ ok: true });
  }
  const kept = await schedule.store.list('state');
  expect(kept).toHaveLength(2);
  expect(await readdir(join(folder.path, 'snapshots', 'state'))).toHaveLength(4);
});

test('names that lead out of the folder are refused', async () => {
  await using folder = await testFolder();
  const store = new SnapshotStore(folder.path, virtualClock());
  await expect(store.list('../outside')).rejects.toThrow(/CHAOS_SNAPSHOT_FAILED/);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileJournal } from '../../src/journal/file-journal.ts';
import { prepareStateFolder, stateFolder } from '../../src/state/state-folder.ts';
import { journalRecord } from './record.ts';

it('a listing never misses an entry that is being claimed meanwhile', async () => {
  const root = await mkdtemp(join(tmpdir(), 'chaos-'));
  const folder = stateFolder(root);
  await prepareStateFolder(folder);
  const [one, other] = ['1'.repeat(16), '2'.repeat(16)];
  const { id } = await fileJournal(folder, one).open(journalRecord());
  let over = false;
  const claiming = (async () => {
    while (!over) {
      for (const [claimant, before] of [
        [one, other],
        [other, one],
      ] as const) {
        const [entry] = (await fileJournal(folder, claimant).entries()).entries;
        await entry?.claim(before);
      }
    }
  })();
  for (let listing = 0; listing < 500; listing += 1) {
    const { entries } = await fileJournal(folder, '3'.repeat(16)).entries();
    expect(entries.map((entry) => entry.id)).toEqual([id]);
  }
  over = true;
  await claiming;
  await rm(root, { recursive: true });
});

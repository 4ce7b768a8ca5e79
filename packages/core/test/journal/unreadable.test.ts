import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileJournal } from '../../src/journal/file-journal.ts';
import { prepareStateFolder, stateFolder } from '../../src/state/state-folder.ts';
import { journalRecord } from './record.ts';

async function journalIn(root: string) {
  const folder = stateFolder(root);
  await prepareStateFolder(folder);
  return { folder, journal: fileJournal(folder, '1'.repeat(16)) };
}

it('a file that was read and is no record is told from one that could not be read; neither hides the others', async () => {
  const root = await mkdtemp(join(tmpdir(), 'chaos-'));
  const { folder, journal } = await journalIn(root);
  const { id } = await journal.open(journalRecord());
  const [torn, unread] = [join(folder.live, 'fault-torn.jsonl'), join(folder.live, 'fault-unread.jsonl')];
  await writeFile(torn, '{"v":1,"id":"fault-to');
  // A read that fails for a reason of its own: EISDIR stands for EIO, EMFILE and the like.
  await mkdir(unread);
  const { entries, damaged } = await journal.entries();
  expect(entries.map((entry) => entry.id)).toEqual([id]);
  expect(damaged).toEqual([
    { file: torn, reason: expect.stringContaining('got damaged text') },
    { file: unread, reason: expect.stringContaining('EISDIR'), unread: true },
  ]);
  await rm(root, { recursive: true });
});

it('a state folder that was deleted holds nothing; one that cannot be listed says why', async () => {
  const root = await mkdtemp(join(tmpdir(), 'chaos-'));
  const { folder, journal } = await journalIn(root);
  await rm(folder.live, { recursive: true });
  expect(await journal.entries()).toEqual({ entries: [], damaged: [] });
  await writeFile(folder.live, 'no folder');
  await expect(journal.entries()).rejects.toThrow(`expected to list the undo records in ${folder.live}: ENOTDIR`);
  await rm(root, { recursive: true });
});

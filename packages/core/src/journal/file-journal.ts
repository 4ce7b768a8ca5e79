import { readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosError, isChaosError, messageOf } from '../errors.ts';
import { type StateFolder, syncDirectory } from '../state/state-folder.ts';
import { createFile, FileEntry, isMissing } from './file-entry.ts';
import type { Journal, JournalEntry, JournalListing } from './journal.ts';
import { type JournalRecord, parseJournal } from './record.ts';

type DamagedFile = JournalListing['damaged'][number];

/** `<fault>.jsonl`, or `<fault>.<claimant>.jsonl` while someone undoes it. */
const ENTRY = /^([\w-]+)(?:\.([0-9a-f]{16}))?\.jsonl$/;

function newestFirst(a: JournalEntry, b: JournalEntry): number {
  return b.record.intendedAt.localeCompare(a.record.intendedAt) || b.record.order - a.record.order;
}

/** A state folder that was deleted holds nothing. */
async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw new ChaosError(
      'CHAOS_STATE_UNUSABLE',
      `expected to list the undo records in ${folder}: ${messageOf(cause)}. Make the folder readable.`,
      { cause },
    );
  }
}

/** A read that failed for want of file handles or memory, or by a bad sector, tells nothing of the record itself. */
function damage(file: string, error: unknown): DamagedFile {
  const reason = messageOf(error);
  return isChaosError(error, 'CHAOS_JOURNAL_CORRUPT') ? { file, reason } : { file, reason, unread: true };
}

/** One pass over the folder; undefined when a file was claimed or settled between listing and reading. */
async function listOnce(folder: StateFolder, instance: string): Promise<JournalListing | undefined> {
  const entries: JournalEntry[] = [];
  const damaged: DamagedFile[] = [];
  for (const name of await namesIn(folder.live)) {
    const [, id] = ENTRY.exec(name) ?? [];
    if (id === undefined) continue;
    const file = join(folder.live, name);
    try {
      const { record, notes } = parseJournal(await readFile(file, 'utf8'), file);
      entries.push(new FileEntry(folder, instance, record, notes));
    } catch (error) {
      if (isMissing(error)) return undefined;
      damaged.push(damage(file, error));
    }
  }
  return { entries: entries.sort(newestFirst), damaged };
}

/** The journal of a state folder, as seen by the process with the given presence instance. */
export function fileJournal(folder: StateFolder, instance: string): Journal {
  const list = async (): Promise<JournalListing> => {
    for (;;) {
      const listing = await listOnce(folder, instance);
      // A claim renames: what vanished may be there under its new name.
      if (listing !== undefined) return listing;
    }
  };

  const open = async (record: JournalRecord): Promise<JournalEntry> => {
    const draft = join(folder.live, `.${record.id}.draft`);
    const file = join(folder.live, `${record.id}.jsonl`);
    try {
      await createFile(draft, `${JSON.stringify(record)}\n`);
      await rename(draft, file);
      await syncDirectory(folder.live);
    } catch (cause) {
      await Promise.allSettled([rm(draft, { force: true }), rm(file, { force: true })]);
      throw new ChaosError(
        'CHAOS_JOURNAL_WRITE_FAILED',
        `expected to write ${file}: ${messageOf(cause)}. Nothing was injected. Free space or make the folder writable.`,
        { cause },
      );
    }
    return new FileEntry(folder, instance, record, []);
  };

  return { open, entries: list };
}

import { constants, existsSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive } from '../state/presence.ts';
import type { StateFolder } from '../state/state-folder.ts';
import type { Claim, JournalEntry } from './journal.ts';
import type { JournalNote, JournalRecord } from './record.ts';

/** Writes a new file durably. The caller makes its name durable. */
export async function createFile(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Renames unless the source is gone. A rename is atomic: of two who try, one gets it. */
async function take(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Adds a line to a file that exists; never creates one, since a claim may have moved it. */
async function append(path: string, line: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_WRONLY | constants.O_APPEND);
    try {
      await file.writeFile(line);
    } finally {
      await file.close();
    }
    return true;
  } catch {
    // Best effort by contract: the record in the first line is all that an undo needs.
    return false;
  }
}

/** An entry in a state folder. Its file name says who may undo it. */
export class FileEntry implements JournalEntry {
  readonly id: string;
  readonly record: JournalRecord;
  readonly notes: readonly JournalNote[];
  readonly #folder: StateFolder;
  readonly #instance: string;

  constructor(folder: StateFolder, instance: string, record: JournalRecord, notes: readonly JournalNote[]) {
    this.id = record.id;
    this.record = record;
    this.notes = notes;
    this.#folder = folder;
    this.#instance = instance;
  }

  get #unclaimed(): string {
    return join(this.#folder.live, `${this.id}.jsonl`);
  }

  #claimedBy(instance: string): string {
    return join(this.#folder.live, `${this.id}.${instance}.jsonl`);
  }

  isUnclaimed(): boolean {
    return existsSync(this.#unclaimed);
  }

  async note(note: JournalNote): Promise<void> {
    const line = `${JSON.stringify(note)}\n`;
    for (const path of [this.#unclaimed, this.#claimedBy(this.#instance)]) {
      if (await append(path, line)) return;
    }
  }

  async claim(overrule?: string): Promise<Claim> {
    const mine = this.#claimedBy(this.#instance);
    if (existsSync(mine)) return 'mine';
    if (await take(this.#unclaimed, mine)) return 'mine';
    for (const claimant of await this.#claimants()) {
      if (claimant !== overrule && (await isAlive(this.#folder, claimant))) return 'taken';
      if (await take(this.#claimedBy(claimant), mine)) return 'mine';
    }
    // Handed back or taken over while we looked: look again rather than call it gone.
    if (existsSync(this.#unclaimed) || (await this.#claimants()).length > 0) return this.claim(overrule);
    return 'gone';
  }

  async handBack(): Promise<void> {
    await take(this.#claimedBy(this.#instance), this.#unclaimed);
  }

  async settle(note: JournalNote, options: { readonly keep?: boolean } = {}): Promise<void> {
    // A disk that refused the claim before may take it by now; if not, the record stays and this throws.
    if (this.isUnclaimed()) await this.claim();
    const mine = this.#claimedBy(this.#instance);
    if (options.keep) {
      await this.note(note);
      await take(mine, join(this.#folder.settled, `${this.id}.jsonl`));
    } else {
      await rm(mine, { force: true });
    }
  }

  async #claimants(): Promise<string[]> {
    const prefix = `${this.id}.`;
    const names = await readdir(this.#folder.live);
    return names.flatMap((name) => {
      const claimant = name.startsWith(prefix)
        ? /^([0-9a-f]{16})\.jsonl$/.exec(name.slice(prefix.length))?.[1]
        : undefined;
      return claimant === undefined ? [] : [claimant];
    });
  }
}

import type { Claim, Journal, JournalEntry } from './journal.ts';
import type { JournalNote, JournalRecord } from './record.ts';

/**
 * A copy of every undo record where other machines can read it, for a fleet whose members undo what a dead one left. The
 * state folder's journal stays the one that decides on this machine.
 */
export interface SharedJournal {
  /** Resolves once others could undo the fault; rejects when it must not be injected. */
  open(record: JournalRecord): Promise<void>;
  /** False once others may have undone the fault without this process. Synchronous, like the act it protects. */
  isTrusted(id: string): boolean;
  /** Nothing of the fault is left. Never throws and never keeps anybody waiting; done later if not now. */
  settled(id: string): void;
}

/** An entry of the state folder with its copy elsewhere. */
class SharedEntry implements JournalEntry {
  readonly #own: JournalEntry;
  readonly #shared: SharedJournal;

  constructor(own: JournalEntry, shared: SharedJournal) {
    this.#own = own;
    this.#shared = shared;
  }

  get id(): string {
    return this.#own.id;
  }

  get record(): JournalRecord {
    return this.#own.record;
  }

  get notes(): JournalEntry['notes'] {
    return this.#own.notes;
  }

  /** Not copied: without them others only undo with more care, and an undo never waits for a network. */
  note(note: JournalNote): Promise<void> {
    return this.#own.note(note);
  }

  claim(overrule?: string): Promise<Claim> {
    return this.#own.claim(overrule);
  }

  handBack(): Promise<void> {
    return this.#own.handBack();
  }

  isUnclaimed(): boolean {
    return this.#own.isUnclaimed() && this.#shared.isTrusted(this.id);
  }

  async settle(note: JournalNote, options?: { readonly keep?: boolean }): Promise<void> {
    await this.#own.settle(note, options);
    this.#shared.settled(this.id);
  }
}

/** The journal of a state folder that copies every record to a shared one before anything is touched. */
export function withSharedJournal(own: Journal, shared: SharedJournal): Journal {
  return {
    async open(record) {
      const entry = await own.open(record);
      try {
        await shared.open(record);
      } catch (error) {
        // Nothing was touched, so nothing is to be undone.
        await entry.settle({ phase: 'reverted', by: record.engine });
        throw error;
      }
      return new SharedEntry(entry, shared);
    },
    async entries() {
      const { entries, damaged } = await own.entries();
      return { entries: entries.map((entry) => new SharedEntry(entry, shared)), damaged };
    },
  };
}

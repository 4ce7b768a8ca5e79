import type { Journal, JournalEntry } from '../journal/journal.ts';
import type { JournalNote, JournalRecord } from '../journal/record.ts';

class MemoryEntry implements JournalEntry {
  readonly id: string;
  readonly record: JournalRecord;
  readonly notes: JournalNote[] = [];
  readonly #entries: Map<string, MemoryEntry>;

  constructor(record: JournalRecord, entries: Map<string, MemoryEntry>) {
    this.id = record.id;
    this.record = record;
    this.#entries = entries;
  }

  async note(note: JournalNote): Promise<void> {
    this.notes.push(note);
  }

  async claim(): Promise<'mine' | 'gone'> {
    return this.#entries.has(this.id) ? 'mine' : 'gone';
  }

  async handBack(): Promise<void> {
    // Nobody else can hold it: there is one process.
  }

  isUnclaimed(): boolean {
    return true;
  }

  async settle(note: JournalNote): Promise<void> {
    this.notes.push(note);
    this.#entries.delete(this.id);
  }
}

/**
 * A journal that dies with the process: for benchmarks of the engine itself and for tests that crash nothing. It keeps
 * no promise.
 */
export function memoryJournal(): Journal {
  const entries = new Map<string, MemoryEntry>();
  return {
    async open(record) {
      const entry = new MemoryEntry(record, entries);
      entries.set(record.id, entry);
      return entry;
    },
    async entries() {
      return { entries: [...entries.values()].reverse(), damaged: [] };
    },
  };
}

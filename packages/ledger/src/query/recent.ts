import type { StoredEntry } from '../store/log-store.ts';
import { type LedgerRecord, recordOf } from './page.ts';

/** The last entries this process has seen, in bounded memory. */
export class RecentEntries {
  readonly #capacity: number;
  readonly #entries: StoredEntry[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** An entry that was appended again under its old index is not news. */
  add(entry: StoredEntry): void {
    if (entry.index <= (this.#entries.at(-1)?.index ?? -1)) return;
    this.#entries.push(entry);
    // Cut rarely, so that appending costs the same whatever the capacity.
    if (this.#entries.length >= this.#capacity * 2) this.#entries.splice(0, this.#entries.length - this.#capacity);
  }

  /** Newest first. */
  last(count: number): LedgerRecord[] {
    return this.#entries.slice(-Math.min(count, this.#capacity)).reverse().map(recordOf);
  }
}

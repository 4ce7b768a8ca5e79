import * as z from 'zod';
import { type BacklogItem, backlogItem } from './backlog-item.ts';

/** What is read of an entry of a ledger; the entries of every ledger have it. */
export interface HistoryEntry {
  readonly type: string;
  /** RFC 3339. */
  readonly time: string;
  readonly data: object;
}

const change = z.object({ item: backlogItem });

/** The newest state of every backlog item, from the entries that tell of them. */
export class BacklogFold {
  readonly #items = new Map<string, BacklogItem>();

  get open(): BacklogItem[] {
    return [...this.#items.values()].filter(({ state }) => state === 'open');
  }

  /** Entries oldest first; those of other kinds and of other versions are passed over. */
  add({ type, data }: HistoryEntry): void {
    if (!type.startsWith('backlog:')) return;
    const told = change.safeParse(data);
    if (told.success) this.put(told.data.item);
  }

  put(item: BacklogItem): void {
    this.#items.set(item.id, item);
  }

  /** Unless a newer state of it is known. */
  putNewer(item: BacklogItem): void {
    const known = this.#items.get(item.id);
    if (known === undefined || known.updatedAt < item.updatedAt) this.put(item);
  }
}

import type { LogStore } from '../store/log-store.ts';
import { expanded, type LedgerRecord, readRecords } from './page.ts';
import type { EntryFilter } from './search.ts';

export interface TailOptions extends EntryFilter {
  /** Index to begin with. Default: only what is appended from now on. */
  readonly from?: number;
  readonly signal?: AbortSignal;
}

const BATCH = 256;

/** Matching entries in order as they become durable, without gaps. Ends when the signal fires. */
export async function* tail(store: LogStore, options: TailOptions): AsyncGenerator<LedgerRecord> {
  const { from, signal = new AbortController().signal, ...rest } = options;
  const filter = expanded(rest);
  for (let next = from ?? (await store.head()).size; !signal.aborted; ) {
    const { size } = await store.head();
    if (size <= next) {
      if (!(await grew(store, next, signal))) return;
      continue;
    }
    const to = Math.min(size, next + BATCH);
    const indexes = await store.search({ filter, from: next, to, order: 'oldest-first', limit: BATCH });
    for (const record of await readRecords(store, indexes)) {
      if (signal.aborted) return;
      yield record;
    }
    next = to;
  }
}

/** False when the signal fired first. */
async function grew(store: LogStore, size: number, signal: AbortSignal): Promise<boolean> {
  try {
    await store.beyond(size, signal);
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}

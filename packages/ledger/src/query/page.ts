import { ChaosError } from '@bridge/chaos-core';
import { type Envelope, parseEnvelope } from '../entry/envelope.ts';
import type { LogStore, StoredEntry } from '../store/log-store.ts';
import { expandTypes } from './document-names.ts';
import { type EntryFilter, type Search, typesOf } from './search.ts';

/** An entry and its place in the log. */
export interface LedgerRecord {
  readonly index: number;
  readonly entry: Envelope;
}

export interface QueryOptions extends EntryFilter {
  /** Default `newest-first`. */
  readonly order?: Search['order'];
  /** 1 to 1,000. Default 50. */
  readonly limit?: number;
  /** `next` of the page before. Entries that are appended meanwhile move nothing. */
  readonly cursor?: string;
}

export interface Page {
  readonly records: readonly LedgerRecord[];
  /** Undefined when there is nothing more. */
  readonly next: string | undefined;
}

const MOST = 1_000;

export function recordOf({ index, text }: StoredEntry): LedgerRecord {
  return { index, entry: parseEnvelope(text) };
}

/** The filter with document names replaced by types. */
export function expanded(filter: EntryFilter): EntryFilter {
  const types = typesOf(filter);
  return types === undefined ? filter : { ...filter, type: expandTypes(types) };
}

/** One page of matching entries. Throws `CHAOS_LEDGER_OPTIONS_INVALID`. */
export async function queryPage(store: LogStore, options: QueryOptions): Promise<Page> {
  const { order = 'newest-first', limit = 50, cursor, ...filter } = options;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new ChaosError('CHAOS_LEDGER_OPTIONS_INVALID', `expected a limit from 1 to ${MOST}, got ${limit}`);
  }
  checkTimes(filter);
  const { size, first } = await store.head();
  const bound = cursor === undefined ? undefined : readCursor(cursor, order);
  const range =
    order === 'oldest-first' ? { from: bound ?? first, to: size } : { from: first, to: Math.min(bound ?? size, size) };
  // One more than asked for tells whether there is another page.
  const indexes = await store.search({ filter: expanded(filter), ...range, order, limit: limit + 1 });
  const records = await readRecords(store, indexes.slice(0, limit));
  const last = indexes[limit - 1];
  const more = indexes.length > limit && last !== undefined;
  return { records, next: more ? writeCursor(order === 'oldest-first' ? last + 1 : last, order) : undefined };
}

function checkTimes({ after, before }: EntryFilter): void {
  for (const time of [after, before]) {
    if (time !== undefined && Number.isNaN(Date.parse(time))) {
      throw new ChaosError('CHAOS_LEDGER_OPTIONS_INVALID', `expected a time as RFC 3339, got ${JSON.stringify(time)}`);
    }
  }
}

/** Reads entries by index; neighbours are read together. */
export async function readRecords(store: LogStore, indexes: readonly number[]): Promise<LedgerRecord[]> {
  const found = new Map<number, LedgerRecord>();
  const sorted = [...indexes].sort((a, b) => a - b);
  for (let at = 0; at < sorted.length; ) {
    const from = sorted[at] ?? 0;
    let end = at + 1;
    while (sorted[end] === from + (end - at)) end += 1;
    for await (const stored of store.read(from, from + (end - at))) found.set(stored.index, recordOf(stored));
    at = end;
  }
  return indexes.flatMap((index) => found.get(index) ?? []);
}

const LETTER = { 'oldest-first': 'o', 'newest-first': 'n' } as const;

function writeCursor(index: number, order: Search['order']): string {
  return `${LETTER[order]}${index}`;
}

function readCursor(cursor: string, order: Search['order']): number {
  const index = Number(/^[on](\d{1,15})$/.exec(cursor)?.[1] ?? Number.NaN);
  if (cursor[0] === LETTER[order] && Number.isSafeInteger(index)) return index;
  throw new ChaosError(
    'CHAOS_LEDGER_OPTIONS_INVALID',
    `expected the "next" of a page in the same order (${order}), got ${JSON.stringify(cursor)}`,
  );
}

import type { HistoryEntry } from '../card/backlog/backlog-fold.ts';

/** A ledger that can be asked: `ChaosLedger` of `@bridge/chaos-ledger` is one. */
export interface QueryableLedger {
  query(options: {
    readonly type: readonly string[];
    readonly order: 'oldest-first';
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ readonly records: readonly { readonly entry: HistoryEntry }[]; readonly next: string | undefined }>;
}

const PAGE = 500;
const TYPES = ['drill:*', 'backlog:*', 'coverage:*'] as const;

/** Everything a ledger holds that coverage and backlog are built from, oldest first. */
export async function* drillEntries(ledger: QueryableLedger): AsyncGenerator<HistoryEntry> {
  let cursor: string | undefined;
  do {
    const page = await ledger.query({
      type: TYPES,
      order: 'oldest-first',
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { entry } of page.records) yield entry;
    cursor = page.next;
  } while (cursor !== undefined);
}

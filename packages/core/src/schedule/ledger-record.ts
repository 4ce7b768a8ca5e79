import type { PastSource, RecordedEntry } from './recorded-schedule.ts';

/** A ledger that can be asked: `ChaosLedger` of `@bridge/chaos-ledger` is one. */
export interface RecordLedger {
  query(options: {
    readonly type: string;
    readonly run?: string;
    readonly order: 'oldest-first';
    readonly limit: number;
    readonly cursor?: string;
  }): Promise<{ readonly records: readonly { readonly entry: RecordedEntry }[]; readonly next: string | undefined }>;
}

const PAGE = 500;

/** Reads a ledger for `past` and `record`. `ledger` is asked each time, since a repair may have opened another one. */
export function ledgerRecord(ledger: () => RecordLedger): PastSource {
  return async function* recorded({ type, run }) {
    let cursor: string | undefined;
    do {
      const page = await ledger().query({
        type,
        order: 'oldest-first',
        limit: PAGE,
        ...(run === undefined ? {} : { run }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { entry } of page.records) yield entry;
      cursor = page.next;
    } while (cursor !== undefined);
  };
}

import type { LedgerReceipt } from '@bridge/chaos-core';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import { readRecords } from '../query/page.ts';
import type { LogStore } from '../store/log-store.ts';
import type { ChaosLedger } from './chaos-ledger.ts';

export interface Hold {
  /** Name of the experiment whose entries must be kept. */
  readonly experiment: string;
  readonly reason: string;
  readonly actor?: string;
}

/** From now on retention keeps every entry of the experiment, until the hold is released. Both are entries. */
export function placeHold(ledger: ChaosLedger, hold: Hold): Promise<LedgerReceipt> {
  return ledger.record(LEDGER_EVENT.holdPlaced, { held: hold.experiment, reason: hold.reason }, actorOf(hold));
}

export function releaseHold(ledger: ChaosLedger, hold: Hold): Promise<LedgerReceipt> {
  return ledger.record(LEDGER_EVENT.holdReleased, { held: hold.experiment, reason: hold.reason }, actorOf(hold));
}

function actorOf({ actor }: Hold): { readonly actor?: string } {
  return actor === undefined ? {} : { actor };
}

export interface ActiveHold {
  readonly experiment: string;
  /** Index of the entry that placed it. It is kept as well, or the hold would forget itself. */
  readonly placed: number;
}

export async function activeHolds(store: LogStore): Promise<ActiveHold[]> {
  const { first, size } = await store.head();
  const type = [LEDGER_EVENT.holdPlaced, LEDGER_EVENT.holdReleased];
  const indexes = await store.search({ filter: { type }, from: first, to: size, order: 'oldest-first', limit: size });
  const holds = new Map<string, ActiveHold>();
  for (const { index, entry } of await readRecords(store, indexes)) {
    const experiment = entry.data['held'];
    if (typeof experiment !== 'string') continue;
    if (entry.type === LEDGER_EVENT.holdReleased) holds.delete(experiment);
    else if (!holds.has(experiment)) holds.set(experiment, { experiment, placed: index });
  }
  return [...holds.values()];
}

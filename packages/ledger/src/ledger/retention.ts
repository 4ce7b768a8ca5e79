import { ChaosError, type DurationInput, milliseconds, size as parseSize, type SizeInput } from '@bridge/chaos-core';
import { LEDGER_EVENT } from '../entry/ledger-events.ts';
import { acknowledgedSize } from '../outbox/acknowledged.ts';
import type { LogStore } from '../store/log-store.ts';
import type { ChaosLedger } from './chaos-ledger.ts';
import { activeHolds } from './legal-hold.ts';

/** What to keep; an entry goes only when every given limit lets it go. */
export interface Retention {
  /** Entries younger than this stay. */
  readonly keepAge?: DurationInput;
  /** At least this much of the newest data stays. */
  readonly keepSize?: SizeInput;
  /** At least this many of the newest entries stay. */
  readonly keepEntries?: number;
  /**
   * Why entries may go that no witness or mirror has acknowledged. Recorded in the log. Without it such entries stay,
   * and when nothing was ever acknowledged `CHAOS_LEDGER_RETENTION_REFUSED` is thrown.
   */
  readonly force?: string;
}

export interface RetentionReport {
  /** The first entry that is left; a multiple of 256. */
  readonly first: number;
  readonly removed: number;
  /** Experiments whose legal hold kept entries that would have gone. */
  readonly heldBy: readonly string[];
}

/**
 * Removes old entries in whole segments. The removal is an entry of its own, durable before anything goes; the roots
 * of removed tiles stay, so that every proof about what is left stays exactly the same.
 */
export async function retain(ledger: ChaosLedger, retention: Retention): Promise<RetentionReport> {
  const { store } = ledger;
  const before = await store.head();
  const wanted = await oldEnough(ledger, retention);
  const allowed = await acknowledgedLimit(store, wanted, retention.force);
  const { limit, heldBy } = await heldLimit(store, before.first, allowed);
  const upto = await store.prunable(limit);
  if (upto <= before.first) return { first: before.first, removed: 0, heldBy };
  const { rangeHash } = await store.ranges();
  await ledger.record(LEDGER_EVENT.truncated, {
    upto,
    from: before.first,
    root: await rangeHash(0, upto),
    keepAge: retention.keepAge === undefined ? null : milliseconds(retention.keepAge),
    keepSize: retention.keepSize ?? null,
    keepEntries: retention.keepEntries ?? null,
    forced: retention.force ?? null,
    checkpoint: before.note,
  });
  await ledger.exclusively(() => store.prune(upto));
  return { first: upto, removed: upto - before.first, heldBy };
}

/** Up to where every given limit lets entries go. */
async function oldEnough(ledger: ChaosLedger, { keepAge, keepSize, keepEntries }: Retention): Promise<number> {
  if (keepAge === undefined && keepSize === undefined && keepEntries === undefined) {
    throw new ChaosError('CHAOS_LEDGER_OPTIONS_INVALID', 'expected at least one of keepAge, keepSize and keepEntries');
  }
  const { first, size } = await ledger.head();
  let upto = keepEntries === undefined ? size : Math.max(first, size - keepEntries);
  if (keepAge !== undefined) {
    const after = new Date(ledger.clock.wall() - milliseconds(keepAge)).toISOString();
    const [young] = await ledger.store.search({
      filter: { after },
      from: first,
      to: size,
      order: 'oldest-first',
      limit: 1,
    });
    upto = Math.min(upto, young ?? size);
  }
  if (keepSize !== undefined) upto = Math.min(upto, await bySize(ledger.store, first, size, parseSize.parse(keepSize)));
  return upto;
}

/** The highest prunable place behind which at least `bytes` stay. */
async function bySize(store: LogStore, first: number, size: number, bytes: number): Promise<number> {
  let low = first;
  for (let high = await store.prunable(size); high > low; high = await store.prunable(high - 1)) {
    if ((await store.bytesFrom(high)) >= bytes) {
      low = high;
      break;
    }
  }
  return low;
}

async function acknowledgedLimit(store: LogStore, wanted: number, force: string | undefined): Promise<number> {
  if (force !== undefined) return wanted;
  const acknowledged = await acknowledgedSize(store);
  if (acknowledged === undefined) {
    throw new ChaosError(
      'CHAOS_LEDGER_RETENTION_REFUSED',
      'expected a witness or mirror to have acknowledged what is to be removed, but the ledger was never forwarded; forward it, or say why with "force"',
    );
  }
  return Math.min(wanted, acknowledged);
}

async function heldLimit(store: LogStore, first: number, upto: number): Promise<{ limit: number; heldBy: string[] }> {
  let limit = upto;
  const heldBy: string[] = [];
  for (const { experiment, placed } of await activeHolds(store)) {
    const search = { filter: { experiment }, from: first, to: upto, order: 'oldest-first', limit: 1 } as const;
    const held = Math.min(placed, (await store.search(search))[0] ?? upto);
    if (held >= upto) continue;
    heldBy.push(experiment);
    limit = Math.min(limit, held);
  }
  return { limit, heldBy };
}

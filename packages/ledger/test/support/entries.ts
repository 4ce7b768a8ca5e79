import type { LedgerEntry } from '@bridge/chaos-core';

const NOON = Date.parse('2026-03-01T12:00:00.000Z');

/** Entry number `at` of a source: an hour of one entry per second, spread over runs and types. */
export function entryAt(at: number, changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    id: `entry-${at}`,
    type: at % 2 === 0 ? 'fault:effective' : 'fault:reverted',
    time: new Date(NOON + at * 1000).toISOString(),
    source: { service: 'shop', instance: 'shop-1', boot: 'boot-1', sequence: at + 1 },
    runId: `run-${Math.floor(at / 10)}`,
    experiment: 'slow payments',
    actor: at % 3 === 0 ? 'ci' : 'alice',
    target: 'payments',
    data: { at, note: `entry number ${at} – ünïcode` },
    ...changes,
  };
}

export function entries(count: number, from = 0): LedgerEntry[] {
  return Array.from({ length: count }, (_, at) => entryAt(from + at));
}

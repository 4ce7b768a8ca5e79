import type { LedgerEntry } from '@bridge/chaos-core';

/** An entry as an engine writes it: about 470 bytes of canonical JSON. */
export function benchEntry(at: number): LedgerEntry {
  return {
    id: `event-${at}`,
    type: at % 2 === 0 ? 'fault:effective' : 'fault:reverted',
    time: new Date(1_770_000_000_000 + at).toISOString(),
    source: { service: 'checkout', instance: 'checkout-1', boot: 'boot-1', sequence: at + 1 },
    runId: `run-${Math.floor(at / 40)}`,
    target: 'payments',
    data: {
      fault: {
        id: `fault-${at}`,
        type: 'network.latency',
        target: { kind: 'container', id: '0123456789abcdef', name: 'payments' },
      },
      proof: { observation: 'present', at: 12_345.678 + at, looks: 2 },
      took: 53,
    },
  };
}

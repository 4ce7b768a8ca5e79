import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, type Ledger, type LedgerEntry } from '@bridge/chaos-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chaos-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Keeps the first entry of every id, as the contract says. */
function listLedger(): Ledger & { readonly entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  return {
    entries,
    async append(entry) {
      const known = entries.findIndex(({ id }) => id === entry.id);
      return { index: known === -1 ? entries.push(entry) - 1 : known };
    },
    async close() {},
  };
}

it('numbers what it hands to the ledger without a hole, the awaited intent included', async () => {
  const ledger = listLedger();
  const engine = new ChaosEngine({ plugins: [markers()], armed: true, state: join(root, 'state'), ledger });
  await engine.start();
  await engine.during({ type: 'folder.marker', target: { folder: root }, params: {} }, () => {
    expect(ledger.entries.map(({ type }) => type)).toContain('fault:intended');
  });
  await engine.close();
  const sequences = ledger.entries.map(({ source }) => source.sequence);
  expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  expect(ledger.entries.filter(({ type }) => type === 'fault:intended')).toHaveLength(1);
});

it('injects nothing when the ledger does not take the intent', async () => {
  const ledger = listLedger();
  const refusing: Ledger = {
    append: (entry) =>
      entry.type === 'fault:intended' ? Promise.reject(new Error('disk full')) : ledger.append(entry),
    close: () => ledger.close(),
  };
  await using engine = new ChaosEngine({
    plugins: [markers()],
    armed: true,
    state: join(root, 'state'),
    ledger: refusing,
  });
  await engine.start();
  await expect(engine.inject({ type: 'folder.marker', target: { folder: root }, params: {} })).rejects.toMatchObject({
    code: 'CHAOS_LEDGER_FAILED',
  });
  expect(ledger.entries.map(({ type }) => type)).not.toContain('fault:injecting');
});

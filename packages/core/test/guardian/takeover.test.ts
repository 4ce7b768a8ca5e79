import { writeFile } from 'node:fs/promises';
import { silentLogger, systemClock } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import { Custodian } from '../../src/guardian/custody.ts';
import { Takeover } from '../../src/guardian/takeover.ts';
import type { JournalEntry } from '../../src/journal/journal.ts';
import markers from '../fixtures/marker-plugin.ts';
import { journalRecord } from '../journal/record.ts';
import { eventually, World } from './world.ts';

/** An entry on a disk that became read-only: nothing about it can be changed until `writable()`. */
function stuckEntry(file: string, writable: () => boolean): JournalEntry {
  const record = journalRecord({ undo: { file, before: null }, settle: 0 });
  const change = async (): Promise<void> => {
    if (!writable()) throw new Error('EROFS: read-only file system');
  };
  return {
    id: record.id,
    record,
    notes: [],
    note: async () => undefined,
    claim: async () => {
      await change();
      return 'mine';
    },
    handBack: change,
    isUnclaimed: () => true,
    settle: change,
  };
}

it('a disk that refuses claims does not keep the guardian from reverting; the record is settled when it can be', async () => {
  await using world = await World.make();
  const file = `${world.root}/broken`;
  await writeFile(file, 'broken by chaos');
  let writable = false;
  const entry = stuckEntry(file, () => writable);
  const faults = new Map(markers().faults.map((fault) => [fault.type, fault]));
  const options = { clock: systemClock, log: silentLogger, by: 'guardian' };
  const takeover = new Takeover({
    ...options,
    journal: { open: async () => entry, entries: async () => ({ entries: [entry], damaged: [] }) },
    custodian: new Custodian({ ...options, registry: { faults }, attempt: 1_000, revert: 5_000 }),
    engine: entry.record.engine,
    raiseEpoch: async () => 1,
    onEpoch: () => undefined,
  });
  takeover.engineDied();
  const ending = takeover.run();
  await eventually(() => !world.isBroken());
  writable = true;
  expect(await ending).toBe('engine-dead');
});

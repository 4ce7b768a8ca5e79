import { type AnyFault, silentLogger, systemClock } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import { Custodian } from '../../src/guardian/custody.ts';
import type { JournalEntry } from '../../src/journal/journal.ts';
import markers from '../fixtures/marker-plugin.ts';
import { journalRecord } from '../journal/record.ts';
import { World } from './world.ts';

function entryOf(undo: { file: string; before: null }): JournalEntry {
  const record = journalRecord({ undo, settle: 200 });
  return {
    id: record.id,
    record,
    notes: [{ phase: 'injecting', by: record.engine }],
    note: async () => undefined,
    claim: async () => 'mine',
    handBack: async () => undefined,
    isUnclaimed: () => false,
    settle: async () => undefined,
  };
}

it('a look that fails while a late effect may still land does not end the custody', async () => {
  await using world = await World.make();
  const [marker] = markers().faults;
  let looks = 0;
  const shaky: AnyFault = {
    ...marker,
    observe: async (undo, context) => {
      looks += 1;
      if (looks === 2) throw new Error('the engine did not answer');
      return await marker.observe(marker.undo.parse(undo), context);
    },
  };
  const custodian = new Custodian({
    clock: systemClock,
    log: silentLogger,
    registry: { faults: new Map([[shaky.type, shaky]]) },
    by: 'test',
    attempt: 1_000,
    revert: 5_000,
  });
  const entry = entryOf({ file: `${world.root}/broken`, before: null });
  const custody = await custodian.undoForGood(entry, 'engine-dead', systemClock.now());
  expect(custody).toMatchObject({ outcome: 'reverted' });
  expect(looks).toBeGreaterThan(2);
});

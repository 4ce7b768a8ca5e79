import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AnyFault, silentLogger, systemClock } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { expect, it } from 'vitest';
import { Custodian } from '../../src/guardian/custody.ts';
import type { JournalEntry } from '../../src/journal/journal.ts';
import markers from '../fixtures/marker-plugin.ts';
import { journalRecord } from '../journal/record.ts';
import { World } from './world.ts';

function entryOf(undo: { file: string; before: null }, more: { fingerprint?: null } = {}): JournalEntry {
  const record = journalRecord({ undo, settle: 200, ...more });
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

it('an effect that landed after the last look is undone, also when its time is over by then', async () => {
  await using world = await World.make();
  const [marker] = markers().faults;
  const clock = virtualClock();
  const file = `${world.root}/broken`;
  let proofs = 0;
  const late: AnyFault = {
    ...marker,
    fingerprint: async () => {
      proofs += 1;
      if (proofs === 1) {
        await writeFile(file, 'broken by chaos');
        await clock.advance(300);
      }
      return null;
    },
  };
  const registry = { faults: new Map([[late.type, late]]) };
  const custodian = new Custodian({ clock, log: silentLogger, registry, by: 'test', attempt: 1_000, revert: 5_000 });
  const entry = entryOf({ file, before: null }, { fingerprint: null });
  const custody = await custodian.undoForGood(entry, 'engine-dead', clock.now());
  expect(custody).toMatchObject({ outcome: 'reverted' });
  expect(existsSync(file)).toBe(false);
});

import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, ChaosError, type SharedJournal } from '@bridge/chaos-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';
import { eventually, victim, World } from '../guardian/world.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chaos-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const isBroken = (): boolean => existsSync(join(root, 'broken'));

interface ToldJournal extends SharedJournal {
  trusted: boolean;
  readonly said: string[];
}

/** A shared journal whose trust can be taken away, and what was said to it. */
function sharedJournal(onOpen: (journal: ToldJournal) => void = () => undefined): ToldJournal {
  const journal: ToldJournal = {
    trusted: true,
    said: [],
    async open(record) {
      journal.said.push(`open ${record.type}, ${isBroken() ? 'broken already' : 'nothing touched'}`);
      onOpen(journal);
    },
    isTrusted: () => journal.trusted,
    settled: () => void journal.said.push(`settled, ${isBroken() ? 'still broken' : 'clean'}`),
  };
  return journal;
}

async function engineWith(journal: SharedJournal) {
  const state = join(root, 'state');
  const engine = new ChaosEngine({
    plugins: [markers()],
    armed: true,
    state,
    guardian: 'none',
    sharedJournal: journal,
  });
  return await engine.start();
}

const broken = () => ({ type: 'folder.marker', target: { folder: root }, params: {} }) as const;

it('copies the undo record before anything is touched, and tells once nothing is left', async () => {
  const journal = sharedJournal();
  await using engine = await engineWith(journal);
  const fault = await engine.inject(broken());
  expect(journal.said).toEqual(['open folder.marker, nothing touched']);
  await fault.revert();
  expect(journal.said.slice(1)).toEqual(['settled, clean']);
});

it('injects nothing, and leaves no record, when the copy is refused', async () => {
  const journal = sharedJournal(() => {
    throw new ChaosError('CHAOS_FEDERATION_UNREACHABLE', 'no place in the fleet');
  });
  await using engine = await engineWith(journal);
  await expect(engine.inject(broken())).rejects.toMatchObject({ code: 'CHAOS_FEDERATION_UNREACHABLE' });
  expect(isBroken()).toBe(false);
  expect(await readdir(join(root, 'state', 'live'))).toEqual([]);
});

it('acts no more, and reverts, once others may have acted in its place', async () => {
  let isLost = true;
  const journal = sharedJournal((own) => {
    own.trusted = !isLost;
  });
  await using engine = await engineWith(journal);
  await expect(engine.inject(broken())).rejects.toMatchObject({ code: 'CHAOS_ENGINE_STALE' });
  expect(isBroken()).toBe(false);
  isLost = false;
  await engine.start();
  await (await engine.inject(broken())).revert();
});

it('tells of faults that a former life left, whoever undid them', async () => {
  await using world = await World.make();
  const { ended } = victim(world, 'fault:effective', 'SIGKILL', 10_000);
  await ended;
  await eventually(() => world.isClean());
  const journal = sharedJournal();
  const engine = new ChaosEngine({ plugins: [markers()], state: world.state, sharedJournal: journal });
  await engine.start();
  expect(journal.said).toEqual(['settled, clean']);
  await engine.close();
});

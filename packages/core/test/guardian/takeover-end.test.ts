import { defineFault, silentLogger } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { Custodian } from '../../src/guardian/custody.ts';
import { Takeover } from '../../src/guardian/takeover.ts';
import type { Journal, JournalEntry, JournalListing } from '../../src/journal/journal.ts';
import type { JournalNote } from '../../src/journal/record.ts';
import { virtualClock } from '../../src/testkit/virtual-clock.ts';
import { journalRecord } from '../journal/record.ts';
import { settle } from '../run/world.ts';

const HOUR = 3_600_000;

/** A switch that was left on, its entry, and a guardian's work on it in virtual time. */
class Left {
  readonly clock = virtualClock();
  on = true;
  settled = false;
  handedBack = false;
  repaired = true;
  /** What the journal and its notes say at each step. */
  onList: (listing: JournalListing) => Promise<JournalListing> = async (listing) => listing;
  onNote: (note: JournalNote) => Promise<void> = async () => undefined;
  readonly takeover: Takeover;

  constructor() {
    const { clock } = this;
    const options = { clock, log: silentLogger, by: 'guardian' };
    const faults = new Map([['switch.on', this.#fault()]]);
    const entry = this.#entry();
    const entries: Journal['entries'] = () => this.onList({ entries: this.settled ? [] : [entry], damaged: [] });
    this.takeover = new Takeover({
      ...options,
      journal: { open: async () => entry, entries },
      custodian: new Custodian({ ...options, registry: { faults }, attempt: 1_000, revert: 1 }),
      engine: entry.record.engine,
      raiseEpoch: async () => 1,
      onEpoch: () => undefined,
    });
  }

  /** The engine stood still for longer than a guardian keeps trying, and dies. */
  async dieLate(): Promise<void> {
    await this.clock.advance(2 * HOUR);
    this.takeover.engineDied();
  }

  run() {
    return settle(this.clock, this.takeover.run(), 4 * HOUR);
  }

  #fault() {
    return defineFault({
      type: 'switch.on',
      target: 'switch',
      params: z.object({}),
      undo: z.object({}),
      survives: 'host',
      settle: 0,
      prepare: async () => ({}),
      inject: async () => undefined,
      revert: async () => {
        if (!this.repaired) throw new Error('expected the switch to move, but it is stuck');
        this.on = false;
      },
      observe: async () => (this.on ? 'present' : 'absent'),
    });
  }

  #entry(): JournalEntry {
    const record = journalRecord({ type: 'switch.on', undo: {}, settle: 0 });
    return {
      id: record.id,
      record,
      notes: [],
      note: (note) => this.onNote(note),
      claim: async () => 'mine',
      handBack: async () => {
        this.handedBack = true;
      },
      isUnclaimed: () => false,
      settle: async () => {
        this.settled = true;
      },
    };
  }
}

it('an engine that dies hours after it hung, while its guardian looks, has its faults undone for good', async () => {
  const left = new Left();
  let died = false;
  left.onNote = async () => {
    if (died) return;
    died = true;
    await left.dieLate();
  };
  expect(await left.run()).toBe('engine-dead');
  expect(left.settled).toBe(true);
});

it('an engine that dies hours after it hung has its faults tried again when they cannot be undone at once', async () => {
  const left = new Left();
  let listings = 0;
  left.onList = async (listing) => {
    listings += 1;
    if (listings !== 2) return listing;
    Object.assign(left, { on: true, repaired: false });
    await left.dieLate();
    return listing;
  };
  left.onNote = async ({ phase }) => {
    if (phase === 'leaked') left.repaired = true;
  };
  expect(await left.run()).toBe('engine-dead');
  expect(left).toMatchObject({ on: false, settled: true });
});

it('a fault that nobody can undo is left to the next start an hour after the death of the engine', async () => {
  const left = new Left();
  left.repaired = false;
  left.takeover.engineDied();
  expect(await left.run()).toBe('engine-dead');
  expect(left).toMatchObject({ on: true, settled: false });
  expect(left.clock.now()).toBeGreaterThan(HOUR);
});

it('a record that could not be read, or a journal that could not be listed, is looked at again', async () => {
  const left = new Left();
  let listings = 0;
  left.onList = async (listing) => {
    listings += 1;
    if (listings === 1) return { entries: [], damaged: [{ file: 'x.jsonl', reason: 'EMFILE', unread: true }] };
    if (listings === 2) throw new Error('EMFILE: too many open files, scandir');
    return listing;
  };
  left.takeover.engineDied();
  expect(await left.run()).toBe('engine-dead');
  expect(left).toMatchObject({ on: false, settled: true });
});

it('a record that was read and is none keeps no guardian', async () => {
  const left = new Left();
  left.onList = async ({ entries }) => ({ entries, damaged: [{ file: 'x.jsonl', reason: 'an empty file' }] });
  left.takeover.engineDied();
  expect(await left.run()).toBe('engine-dead');
  expect(left).toMatchObject({ on: false, settled: true });
  expect(left.clock.now()).toBeLessThan(HOUR);
});

it('an engine that acknowledges gets its entries back though they cannot be listed', async () => {
  const left = new Left();
  let listings = 0;
  left.onList = async (listing) => {
    listings += 1;
    if (listings === 1) return listing;
    left.takeover.acknowledge();
    throw new Error('EMFILE: too many open files, scandir');
  };
  expect(await left.run()).toBe('acknowledged');
  expect(left.handedBack).toBe(true);
});

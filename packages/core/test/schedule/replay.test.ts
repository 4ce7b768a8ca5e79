import type { Ledger, LedgerEntry, RecordedEntry } from '@bridge/chaos-core';
import { ChaosEngine, monkey } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';
import { World as Folder } from '../guardian/world.ts';
import { DAY, HOUR, ScheduleWorld, targetNamed } from './world.ts';

/** What a replay must repeat. */
const essence = (world: ScheduleWorld, from: number) =>
  world.done.slice(from).map(({ deed, order }) => ({ deed, seed: order.seed }));

/** Keeps the first entry of every id, as the contract says. */
class ListLedger implements Ledger {
  readonly entries: LedgerEntry[] = [];

  async append(entry: LedgerEntry) {
    const known = this.entries.findIndex(({ id }) => id === entry.id);
    return { index: known === -1 ? this.entries.push(entry) - 1 : known };
  }

  async close(): Promise<void> {}

  ofRun(id: string): RecordedEntry[] {
    return this.entries.filter(({ runId }) => runId === id);
  }
}

describe('a replay', { timeout: 60_000 }, () => {
  it('does the same deeds with the same seeds at the same offsets', async () => {
    await using world = await ScheduleWorld.make();
    const things = ['a', 'b', 'c'].map((name) => ({ deed: world.deed(name) }));
    const recorded = world.begin({ things });
    await world.clock.advance(3 * DAY);
    await recorded.stop();
    const picks = world.events('schedule:picked');
    const count = world.done.length;
    expect(count).toBeGreaterThan(30);
    // At another time of another day: what counts is the offset.
    await world.clock.advance(1_234_567);
    const replay = await world.engine.replay(recorded.id);
    await world.clock.advance(3 * DAY);
    expect(await replay.ended).toBe('there is no tick any more');
    expect(essence(world, count)).toEqual(essence(world, 0).slice(0, count));
    const again = world.events('schedule:picked').slice(picks.length);
    expect(again.map(({ offset }) => offset)).toEqual(picks.map(({ offset }) => offset));
    expect(again.map(({ deeds }) => deeds[0]?.targets)).toEqual(picks.map(({ deeds }) => deeds[0]?.targets));
    expect(world.events('schedule:started').at(-1)).toMatchObject({ replays: recorded.id, seed: recorded.seed });
  });

  it('skips what would hit other targets than were recorded, and what is not there any more', async () => {
    await using world = await ScheduleWorld.make();
    let name = 'web-1';
    const moving = world.deed('kill', {
      plan: async () => ({ targets: [targetNamed(name)], obstacles: [], lasts: 0 }),
    });
    const recorded = world.begin({ when: { cron: '0 * * * *' }, things: [{ deed: moving }] });
    await world.clock.advance(HOUR);
    await recorded.stop();
    name = 'web-2';
    await world.engine.replay(recorded.id);
    await world.clock.advance(HOUR);
    await world.engine.replay(recorded.id, { things: [{ deed: world.deed('other') }] });
    await world.clock.advance(HOUR);
    expect(world.done).toHaveLength(1);
    expect(world.events('schedule:skipped').map(({ reason, detail }) => [reason, detail])).toEqual([
      ['differs', 'kill: hit thing web-1 then, would hit thing web-2 now'],
      ['differs', 'there is no deed "kill" any more'],
    ]);
  });

  it('of a schedule that picked nothing is over at once', async () => {
    await using world = await ScheduleWorld.make();
    const recorded = world.begin();
    await recorded.stop();
    const replay = await world.engine.replay(recorded.id);
    expect(await replay.ended).toBe('there is no tick any more');
  });

  it('needs a record from its start, and the things', async () => {
    await using world = await ScheduleWorld.make();
    await expect(world.engine.replay('schedule-nobody')).rejects.toThrow('Say where it is recorded');
    const record = () => [
      { type: 'schedule:started', data: { schedule: 's', seed: 1, deeds: [] } },
      { type: 'run:started', data: {} },
    ];
    await expect(world.engine.replay('schedule-x', { record })).rejects.toThrow('things');
    const damaged = () => [{ type: 'schedule:picked', data: { schedule: 's' } }];
    await expect(world.engine.replay('schedule-x', { record: damaged })).rejects.toMatchObject({
      code: 'CHAOS_SCHEDULE_INVALID',
    });
  });
});

describe('a schedule of a real engine', { timeout: 60_000 }, () => {
  it('breaks something real, puts it back, and a later engine repeats it from the ledger', async () => {
    await using folder = await Folder.make();
    const ledger = new ListLedger();
    const options = { plugins: [markers()], armed: true, state: folder.state, ledger, service: 'test' } as const;
    const things = [
      {
        fault: { type: 'folder.marker' as const, target: { folder: folder.root }, params: {}, for: '50ms' as const },
        name: 'mark',
      },
    ];
    const when = { every: '200ms', probability: 1 } as const;

    const first = new ChaosEngine(options);
    await first.start();
    const done = new Promise((resolve) => first.once('schedule:done', resolve));
    const schedule = first.schedule(monkey({ name: 'real', enabled: true, when, things }));
    await done;
    await schedule.stop();
    await first.close();
    const record = ledger.ofRun(schedule.id);
    // A busy machine may skip ticks in between.
    const told = record.filter(({ type }) => type !== 'schedule:skipped');
    expect(told.map(({ type }) => type).slice(0, 4)).toEqual([
      'schedule:started',
      'schedule:changed',
      'schedule:picked',
      'schedule:done',
    ]);
    expect(told[3]?.data).toMatchObject({
      outcomes: [{ deed: 'mark', outcome: 'passed', detail: 'took effect and was undone' }],
    });
    expect(await folder.isClean()).toBe(true);
    const injected = ledger.entries.filter(({ type }) => type === 'fault:effective').length;
    expect(injected).toBeGreaterThan(0);

    await using second = new ChaosEngine(options);
    await second.start();
    const replay = await second.replay(schedule.id, { things, record: () => told.slice(0, 4) });
    await replay.ended;
    expect(replay.counts).toMatchObject({ picked: 1, skipped: 0 });
    const repeated = ledger.ofRun(replay.id).find(({ type }) => type === 'schedule:picked');
    expect(repeated?.data).toMatchObject({ deeds: [{ name: 'mark', targets: [{ id: folder.root }] }] });
    expect(ledger.entries.filter(({ type }) => type === 'fault:effective')).toHaveLength(injected + 1);
    expect(await folder.isClean()).toBe(true);
  });

  it('is stopped in the middle of a fault, which is reverted before stop() returns', async () => {
    await using folder = await Folder.make();
    await using engine = new ChaosEngine({ plugins: [markers()], armed: true, state: folder.state });
    await engine.start();
    const effective = new Promise((resolve) => engine.once('fault:effective', resolve));
    const schedule = engine.schedule(
      monkey({
        enabled: true,
        when: { every: '100ms', probability: 1 },
        things: [{ fault: { type: 'folder.marker', target: { folder: folder.root }, for: '10m' } }],
      }),
    );
    await effective;
    expect(folder.isBroken()).toBe(true);
    expect(schedule.active).toHaveLength(1);
    await schedule.stop();
    expect(await folder.isClean()).toBe(true);
  });

  it('refuses a fault it does not know, where the schedule is handed over', async () => {
    await using folder = await Folder.make();
    await using engine = new ChaosEngine({ plugins: [markers()], armed: true, state: folder.state });
    await engine.start();
    const unknown = () =>
      // @ts-expect-error the compiler knows the faults of this engine's plugins
      engine.schedule(monkey({ things: [{ fault: { type: 'folder.unknown', target: { folder: folder.root } } }] }));
    expect(unknown).toThrow('folder.unknown');
  });
});

import { isChaosError, monkey } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DAY, HOUR, MINUTE, ScheduleWorld, targetNamed } from './world.ts';

const times = (world: ScheduleWorld): string[] => world.done.map(({ at }) => new Date(at).toISOString());

describe('a monkey', { timeout: 60_000 }, () => {
  it('is off unless it is enabled, and resume() turns it on', async () => {
    await using world = await ScheduleWorld.make();
    const schedule = world.engine.schedule(monkey({ things: [{ deed: world.deed('a') }] }));
    await world.clock.advance(30 * DAY);
    expect(schedule.state).toEqual({ phase: 'off' });
    expect(world.done).toEqual([]);
    schedule.resume();
    await world.clock.advance(30 * DAY);
    expect(world.done.length).toBeGreaterThan(0);
  });

  it('uses 15 % of its ticks every 10 minutes when nothing else is said', async () => {
    await using world = await ScheduleWorld.make();
    const schedule = world.begin({});
    await world.clock.advance(100 * DAY);
    expect(schedule.counts.ticks).toBe(14_400);
    // Binomial, n = 14,400, p = 0.15: the standard deviation is 43. The seed is fixed, so this is no matter of luck.
    expect(world.done.length).toBeGreaterThan(2_160 - 130);
    expect(world.done.length).toBeLessThan(2_160 + 130);
  });

  it('does the same at the same times for the same seed, and something else for another', async () => {
    const doings = async (seed: number): Promise<string> => {
      await using world = await ScheduleWorld.make();
      world.begin({ seed, things: [{ deed: world.deed('a') }, { deed: world.deed('b') }] });
      await world.clock.advance(10 * DAY);
      return JSON.stringify(world.done.map(({ deed, at, order }) => [deed, at, order.seed]));
    };
    expect(await doings(7)).toBe(await doings(7));
    expect(await doings(8)).not.toBe(await doings(7));
  });

  it('does nothing outside its windows and nothing inside its blackouts', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({
      when: { every: '10m', probability: 1 },
      windows: [{ days: ['mon', 'wed', 'fri'], from: '02:00', to: '04:00' }],
      blackouts: [{ starts: '2026-01-07T00:00:00Z', ends: '2026-01-08T00:00:00Z' }],
    });
    await world.clock.advance(14 * DAY);
    const days = new Set(world.done.map(({ at }) => new Date(at).getUTCDay()));
    expect([...days].sort()).toEqual([1, 3, 5]);
    expect(times(world).every((time) => ['02', '03'].includes(time.slice(11, 13)))).toBe(true);
    expect(times(world).some((time) => time.startsWith('2026-01-07'))).toBe(false);
    // Two weeks hold 2 Mondays, 2 Wednesdays of which one is blacked out, 2 Fridays: 5 windows of 12 ticks.
    expect(world.done).toHaveLength(60);
  });

  it('does not begin what would not end before the window closes', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({
      when: { cron: '*/30 * * * *' },
      windows: [{ from: '02:00', to: '04:00' }],
      things: [{ deed: world.deed('long', { takes: 70 * MINUTE }) }],
    });
    await world.clock.advance(DAY);
    expect(times(world)).toEqual(['2026-01-01T02:00:00.000Z']);
    expect(world.events('schedule:skipped').map(({ reason }) => reason)).toEqual(['busy', 'busy', 'window']);
  });

  it('passes over what has obstacles and takes something else, and says why when nothing is left', async () => {
    await using world = await ScheduleWorld.make();
    const blocked = world.deed('blocked', {
      plan: async () => ({ targets: [], obstacles: ['no such container'], lasts: 0 }),
    });
    const things = [{ deed: blocked, weight: 1_000 }, { deed: world.deed('fine') }];
    const both = world.begin({ name: 'both', when: { cron: '0 * * * *' }, things });
    await world.clock.advance(3 * HOUR);
    await both.stop();
    expect(world.done.map(({ deed }) => deed)).toEqual(['fine', 'fine', 'fine']);
    world.begin({ name: 'one', when: { cron: '0 * * * *' }, things: [{ deed: blocked }] });
    await world.clock.advance(HOUR);
    expect(world.events('schedule:skipped')).toMatchObject([
      { schedule: 'one', reason: 'not-ready', detail: 'blocked: no such container' },
    ]);
  });

  it('keeps the least time between two deeds on one group of targets', async () => {
    await using world = await ScheduleWorld.make();
    const on = (name: string, group: string) => ({ deed: world.deed(name, { targets: [targetNamed(name, group)] }) });
    world.begin({
      when: { every: '10m', probability: 1 },
      pace: { minTimeBetween: '2h' },
      things: [on('web-1', 'web'), on('web-2', 'web'), on('db-1', 'db')],
    });
    await world.clock.advance(10 * DAY);
    for (const group of ['web', 'db']) {
      const at = world.done.filter(({ deed }) => deed.startsWith(group)).map((one) => one.at);
      const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
      expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2 * HOUR);
      expect(at.length).toBeGreaterThan(100);
    }
  });

  it('hits each group after the mean time on average', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({
      when: { every: '10m' },
      pace: { minTimeBetween: '1h', meanTimeBetween: '6h' },
      things: [
        { deed: world.deed('web'), group: 'web' },
        { deed: world.deed('db'), group: 'db' },
      ],
    });
    await world.clock.advance(200 * DAY);
    for (const group of ['web', 'db']) {
      const count = world.done.filter(({ deed }) => deed === group).length;
      // 800 are expected; gaps of 1 h and a geometric rest of 5 h give a deviation of about 24, and now and then both
      // groups win the same tick, which only one of them gets.
      expect(count).toBeGreaterThan(700);
      expect(count).toBeLessThan(880);
    }
  });

  it('begins nothing while the emergency stop is engaged, says so, and goes on after the release', async () => {
    await using world = await ScheduleWorld.make();
    world.begin({ when: { cron: '0 * * * *' } });
    await world.engine.emergencyStop('pager');
    await world.clock.advance(HOUR);
    expect(world.done).toEqual([]);
    expect(world.events('schedule:skipped')).toMatchObject([{ reason: 'stopped' }]);
    await world.engine.release('fixed');
    await world.clock.advance(HOUR);
    expect(world.done).toHaveLength(1);
  });

  it('names every problem with its path', async () => {
    await using world = await ScheduleWorld.make();
    const wrong = () =>
      world.begin({
        when: { cron: 'whenever', timeZone: 'Mars/Olympus' },
        pace: { minTimeBetween: '2h', meanTimeBetween: '1h' },
      });
    expect(wrong).toThrow(/when.*cron[\s\S]*pace: expected meanTimeBetween/);
    expect(() => world.begin({ things: [] })).toThrow(/things/);
    const twice = [{ deed: world.deed('a') }, { deed: world.deed('a') }];
    expect(() => world.begin({ things: twice })).toThrow('things[1].name: expected a name that is not taken, got "a"');
    const open = world.begin();
    expect(() => world.begin()).toThrow('name: expected a name that no open schedule has, got "test"');
    await open.stop();
    world.begin();
    expect(() => world.begin({ seed: -1 })).toSatisfy((attempt: () => unknown) => {
      try {
        attempt();
        return false;
      } catch (error) {
        return isChaosError(error, 'CHAOS_SCHEDULE_INVALID');
      }
    });
  });
});

import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { HOUR, MINUTE, ScheduleWorld } from './world.ts';

const HOURLY = { when: { cron: '0 * * * *' } } as const;

/** A deed under way since 01:00 that takes 20 hours unless it is told to end. */
async function worldAtWork() {
  const world = await ScheduleWorld.make();
  const schedule = world.begin({ ...HOURLY, things: [{ deed: world.deed('long', { takes: 20 * HOUR }) }] });
  await world.clock.advance(HOUR + MINUTE);
  expect(schedule.active).toEqual(['long']);
  return { world, schedule };
}

describe('a schedule', () => {
  it('tells its next tick while it runs', async () => {
    await using world = await ScheduleWorld.make();
    const schedule = world.begin(HOURLY);
    expect(schedule.state).toEqual({ phase: 'running', next: '2026-01-01T01:00:00.000Z' });
  });

  it('begins nothing while it is paused and makes up for nothing afterwards', async () => {
    await using world = await ScheduleWorld.make();
    const schedule = world.begin(HOURLY);
    await world.clock.advance(HOUR);
    schedule.pause('a release is on');
    expect(schedule.state).toEqual({ phase: 'paused', reason: 'a release is on' });
    await world.clock.advance(5 * HOUR);
    expect(world.done).toHaveLength(1);
    schedule.resume();
    expect(schedule.state).toEqual({ phase: 'running', next: '2026-01-01T07:00:00.000Z' });
    await world.clock.advance(HOUR);
    expect(world.done).toHaveLength(2);
  });

  it.each(['pause', 'drain', 'stop'] as const)('begins nothing that it was still choosing at its %s', async (verb) => {
    await using world = await ScheduleWorld.make();
    const planned = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    const plan = async () => {
      asked.resolve();
      await planned.promise;
      return { targets: [], obstacles: [], lasts: 0 };
    };
    const schedule = world.begin({ ...HOURLY, things: [{ deed: world.deed('slow', { plan }) }] });
    const passing = world.clock.advance(HOUR + MINUTE);
    await asked.promise;
    const ended = schedule[verb]('an incident');
    planned.resolve();
    await passing;
    await ended;
    expect(world.done).toEqual([]);
    expect(world.events('schedule:skipped')).toMatchObject([{ reason: 'stopped' }]);
  });

  it('leaves alone what is under way when it is paused', async () => {
    const { world, schedule } = await worldAtWork();
    await using _world = world;
    schedule.pause();
    expect(world.done[0]?.order.signal.aborted).toBe(false);
    await world.clock.advance(20 * HOUR);
    expect(world.events('schedule:done')).toMatchObject([{ outcomes: [{ deed: 'long', outcome: 'passed' }] }]);
  });

  it('drains: begins nothing any more, ends when the last deed has come to its end', async () => {
    const { world, schedule } = await worldAtWork();
    await using _world = world;
    const drained = schedule.drain('maintenance');
    expect(schedule.state).toEqual({ phase: 'draining', reason: 'maintenance' });
    await world.clock.advance(20 * HOUR);
    await drained;
    expect(schedule.state).toEqual({ phase: 'ended', reason: 'maintenance' });
    expect(world.events('schedule:done')).toMatchObject([{ outcomes: [{ outcome: 'passed' }] }]);
    expect(world.done).toHaveLength(1);
    expect(() => schedule.resume()).toThrow('hand the engine a new one');
  });

  it('stops what is under way and ends, also in the middle of draining', async () => {
    const { world, schedule } = await worldAtWork();
    await using _world = world;
    const drained = schedule.drain();
    await schedule.stop('the pager went off');
    await drained;
    expect(schedule.state).toEqual({ phase: 'ended', reason: 'the pager went off' });
    expect(world.done[0]?.order.signal.aborted).toBe(true);
    expect(world.events('schedule:done')).toMatchObject([{ outcomes: [{ outcome: 'inconclusive' }] }]);
    expect(world.events('schedule:changed').map(({ to }) => to)).toEqual(['running', 'draining', 'stopping', 'ended']);
  });

  it('ends with its engine, before which what is under way has ended', async () => {
    const { world, schedule } = await worldAtWork();
    await using _world = world;
    await world.engine.close();
    expect(schedule.state).toEqual({ phase: 'ended', reason: 'the engine was closed' });
    expect(world.done[0]?.order.signal.aborted).toBe(true);
  });

  it('leaves no timer behind', async () => {
    await using world = await ScheduleWorld.make();
    const before = world.clock.pending;
    const schedule = world.begin(HOURLY);
    expect(world.clock.pending).toBeGreaterThan(before);
    await schedule.stop();
    expect(world.clock.pending).toBe(before);
  });

  it('goes on after a deed that throws', async () => {
    await using world = await ScheduleWorld.make();
    const deed = world.deed('broken', {
      perform: async () => {
        throw new Error('no socket');
      },
    });
    world.begin({ ...HOURLY, things: [{ deed }] });
    await world.clock.advance(2 * HOUR);
    const outcomes = world.events('schedule:done').flatMap((done) => done.outcomes);
    expect(outcomes).toEqual(Array(2).fill({ deed: 'broken', outcome: 'inconclusive', detail: 'no socket', runs: [] }));
  });

  it('needs an engine that was started', async () => {
    await using world = await ScheduleWorld.make();
    await world.engine.close();
    expect(() => world.begin()).toSatisfy((attempt: () => unknown) => {
      try {
        attempt();
        return false;
      } catch (error) {
        return isChaosError(error, 'CHAOS_ENGINE_CLOSED');
      }
    });
  });
});

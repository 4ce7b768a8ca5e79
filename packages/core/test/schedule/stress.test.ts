import { describe, expect, it } from 'vitest';
import { DAY, HOUR, ScheduleWorld, targetNamed } from './world.ts';

const HOURLY = { when: { cron: '0 * * * *' } } as const;

/** What was done at once, in order. */
function combinations(world: ScheduleWorld): string[] {
  return world.events('schedule:picked').map(({ deeds }) =>
    deeds
      .map(({ name }) => name)
      .sort()
      .join('+'),
  );
}

describe('safe mode', () => {
  it('plans and records and does nothing, even where the engine is not armed', async () => {
    await using world = await ScheduleWorld.make({ armed: false });
    world.begin({ ...HOURLY, mode: 'safe', things: [{ deed: world.deed('a'), weight: 3 }] });
    await world.clock.advance(HOUR);
    expect(world.done).toEqual([]);
    expect(world.events('schedule:picked')).toMatchObject([
      {
        mode: 'safe',
        due: '2026-01-01T01:00:00.000Z',
        offset: HOUR,
        deeds: [{ name: 'a', chance: 1, why: 'weight 3', targets: [{ kind: 'thing', name: 'a' }], obstacles: [] }],
      },
    ]);
    expect(world.events('schedule:done')).toEqual([]);
  });

  it('tells what would be in the way', async () => {
    await using world = await ScheduleWorld.make();
    const plan = async () => ({ targets: [], obstacles: ['no such container'], lasts: 0 });
    world.begin({ ...HOURLY, mode: 'safe', things: [{ deed: world.deed('a', { plan }) }] });
    await world.clock.advance(HOUR);
    expect(world.events('schedule:picked')).toMatchObject([{ deeds: [{ obstacles: ['no such container'] }] }]);
  });
});

describe('the record of a pick', () => {
  it('shows a hundred targets at most, and can tell all of them from others', async () => {
    await using world = await ScheduleWorld.make();
    const named = (names: readonly string[]) => names.map((name) => targetNamed(name));
    const many = Array.from({ length: 1_000 }, (_, index) => `web-${index}`);
    let targets = named(many);
    const deed = world.deed('all', { plan: async () => ({ targets, obstacles: [], lasts: 0 }) });
    const schedule = world.begin({ ...HOURLY, things: [{ deed }] });
    await world.clock.advance(HOUR);
    await schedule.stop();
    const [picked] = world.events('schedule:picked');
    expect(picked?.deeds[0]).toMatchObject({ targetCount: 1_000 });
    expect(picked?.deeds[0]?.targets).toHaveLength(100);
    targets = named(many.toReversed());
    await world.engine.replay(schedule.id);
    await world.clock.advance(HOUR);
    expect(world.done).toHaveLength(2);
    targets = named([...many.slice(0, -1), 'db']);
    await world.engine.replay(schedule.id);
    await world.clock.advance(HOUR);
    expect(world.done).toHaveLength(2);
    expect(world.events('schedule:skipped')).toMatchObject([{ reason: 'differs' }]);
  });
});

describe('stress mode', { timeout: 60_000 }, () => {
  it('does pairs only after both passed alone, and threes only after their pairs', async () => {
    await using world = await ScheduleWorld.make();
    const things = ['a', 'b', 'c'].map((name) => ({ deed: world.deed(name) }));
    world.begin({ ...HOURLY, mode: { stress: 3 }, things });
    await world.clock.advance(20 * DAY);
    const order = combinations(world);
    const first = (combination: string): number => order.indexOf(combination);
    for (const [pair, singles] of [
      ['a+b', ['a', 'b']],
      ['b+c', ['b', 'c']],
      ['a+c', ['a', 'c']],
      ['a+b+c', ['a+b', 'b+c', 'a+c']],
    ] as const) {
      for (const single of singles) expect(first(single)).toBeLessThan(first(pair));
      expect(first(singles[0])).toBeGreaterThanOrEqual(0);
    }
    expect(order.at(-1)).toBe('a+b+c');
  });

  it('never puts beside another what did not pass alone', async () => {
    await using world = await ScheduleWorld.make();
    const failing = world.deed('bad', {
      perform: async () => ({ outcome: 'failed', detail: 'not recovered', runs: [] }),
    });
    world.begin({
      ...HOURLY,
      mode: { stress: 2 },
      things: [{ deed: failing }, { deed: world.deed('a') }, { deed: world.deed('b') }],
    });
    await world.clock.advance(20 * DAY);
    const done = new Set(combinations(world));
    expect([...done].sort()).toEqual(['a', 'a+b', 'b', 'bad']);
  });

  it('does not hit one target twice at once', async () => {
    await using world = await ScheduleWorld.make();
    const targets = [targetNamed('web')];
    world.begin({
      ...HOURLY,
      mode: { stress: 2 },
      things: [{ deed: world.deed('pause', { targets }) }, { deed: world.deed('kill', { targets }) }],
    });
    await world.clock.advance(5 * DAY);
    expect(new Set(combinations(world))).toEqual(new Set(['pause', 'kill']));
  });
});

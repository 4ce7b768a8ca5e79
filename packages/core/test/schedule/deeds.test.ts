import { cardDeed, coverageOf, defineCard, type MonkeyInput, monkey, type Plugins } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DrillWorld, SOUND } from '../card/drill-world.ts';
import { MINUTE } from './world.ts';

const begin = (world: DrillWorld, things: MonkeyInput<Plugins>['things'], more: Partial<MonkeyInput<Plugins>> = {}) =>
  world.engine.schedule(
    monkey({ name: 'test', enabled: true, when: { cron: '*/10 * * * *' }, seed: 3, things, ...more }),
  );

/** Virtual time until the schedule has done so many picks. */
async function afterPicks(world: DrillWorld, count: number): Promise<void> {
  while (world.events('schedule:done').length < count) await world.clock.next();
}

const outcomesOf = (world: DrillWorld) => world.events('schedule:done').flatMap(({ outcomes }) => outcomes);

const OUTAGE = { type: 'service.down', target: { service: '*', pick: 1 }, params: {} } as const;

describe('what a schedule can do', { timeout: 60_000 }, () => {
  it('a fault by itself: held for a while, on a target picked by the seed of the tick', async () => {
    await using world = await DrillWorld.make();
    const schedule = begin(world, [{ fault: OUTAGE }], { hold: '20s' });
    await afterPicks(world, 8);
    await schedule.stop();
    expect(outcomesOf(world)).toMatchObject(
      Array(8).fill({
        deed: 'service.down {"service":"*","pick":1}',
        outcome: 'passed',
        detail: 'took effect and was undone',
      }),
    );
    const picked = world.events('schedule:picked').map(({ deeds }) => deeds[0]?.targets[0]?.name);
    expect(new Set(picked).size).toBeGreaterThan(1);
    const intended = world.events('fault:effective').map(({ fault, hold }) => [fault.target.name, hold]);
    expect(intended).toEqual(picked.map((name) => [name, 20_000]));
  });

  it('and a replay of it picks the same targets again, by the recorded seeds', async () => {
    await using world = await DrillWorld.make();
    const recorded = begin(world, [{ fault: OUTAGE }], { hold: '1s' });
    await afterPicks(world, 6);
    await recorded.stop();
    const before = world.events('schedule:picked').map(({ deeds }) => deeds[0]?.targets);
    const replay = await world.engine.replay(recorded.id);
    await afterPicks(world, 12);
    await world.through(replay.ended);
    expect(
      world
        .events('schedule:picked')
        .slice(6)
        .map(({ deeds }) => deeds[0]?.targets),
    ).toEqual(before);
    const hit = world.events('fault:effective').map(({ fault }) => fault.target.name);
    expect(hit.slice(6)).toEqual(hit.slice(0, 6));
    expect(new Set(hit).size).toBeGreaterThan(1);
    expect(world.events('schedule:skipped')).toEqual([]);
  });

  it('an experiment, whose run says in the record which schedule asked for it', async () => {
    await using world = await DrillWorld.make();
    const { experiment } = world.card().drill;
    const schedule = begin(world, [{ experiment: { ...experiment, name: 'api outage' } }]);
    await afterPicks(world, 1);
    await schedule.stop();
    const [outcome] = outcomesOf(world);
    expect(outcome).toMatchObject({ deed: 'api outage', outcome: 'passed' });
    expect(outcome?.detail).toMatch(/^recovered/);
    const run = world.engine.recent().find(({ type }) => type === 'run:started');
    expect(outcome?.runs).toEqual([run?.runId]);
    expect(run?.data).toMatchObject({
      actor: 'schedule test',
      seed: world.events('schedule:picked')[0]?.deeds[0]?.seed,
    });
  });

  it('an experiment that shows a weakness has failed', async () => {
    await using world = await DrillWorld.make();
    const { experiment } = world.card().drill;
    const schedule = begin(world, [{ experiment: { ...experiment, name: 'must hold', expect: 'held' } }]);
    await afterPicks(world, 1);
    await schedule.stop();
    expect(outcomesOf(world)).toMatchObject([{ deed: 'must hold', outcome: 'failed' }]);
  });

  it('the drill of a card, wanted as much as its coverage says, and it knows why it was chosen', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const card = defineCard(world.card());
    const coverage = await coverageOf([card], { environment: 'test', version: 'v1', clock: world.clock });
    using _watching = coverage.watch(world.engine);
    const deed = cardDeed(world.engine, card, { version: 'v1', appeal: () => coverage.urgency(card) });
    const schedule = begin(world, [{ deed }]);
    await afterPicks(world, 2);
    await schedule.stop();
    expect(outcomesOf(world)).toMatchObject(Array(2).fill({ deed: `card KH001 on ${card.target}`, outcome: 'passed' }));
    const [first, second] = world.events('drill:started');
    expect(first).toMatchObject({ actor: 'schedule test', version: 'v1' });
    expect(first?.why).toContain('staleness 3.00');
    expect(second?.why).toContain('staleness 0.10');
    expect(world.events('schedule:picked').map(({ deeds }) => deeds[0]?.why)).toEqual([first?.why, second?.why]);
  });

  it('two of them at once, where each has passed alone', async () => {
    await using world = await DrillWorld.make();
    const fault = (service: string) => ({
      fault: { ...OUTAGE, target: { service } },
      name: service,
    });
    const schedule = begin(world, [fault('api'), fault('mail')], { mode: { stress: 2 } });
    while (!world.events('schedule:done').some(({ outcomes }) => outcomes.length === 2)) await world.clock.next();
    await schedule.stop();
    expect(outcomesOf(world).slice(-2)).toMatchObject([{ outcome: 'passed' }, { outcome: 'passed' }]);
    expect([...world.services.values()].every(({ up }) => up)).toBe(true);
  });

  it('nothing that a guard would refuse: the plan says so before anything is begun', async () => {
    await using world = await DrillWorld.make({ safety: { protect: ['mail'] } });
    const schedule = begin(world, [{ fault: { ...OUTAGE, target: { service: 'mail' } } }]);
    await world.clock.advance(11 * MINUTE);
    await schedule.stop();
    expect(world.events('schedule:skipped')).toMatchObject([{ reason: 'not-ready' }]);
    expect(world.events('run:started')).toEqual([]);
    expect(world.engine.status().schedules).toEqual([]);
  });
});

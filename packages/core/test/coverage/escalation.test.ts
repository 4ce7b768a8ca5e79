import { coverageOf, defineCard, drill } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DrillWorld, SOUND } from '../card/drill-world.ts';
import { DAY } from './past.ts';

/** Days of virtual time need no look at the stop file every few seconds. */
const SELDOM = { safety: { checkInterval: '10m' } } as const;

describe('escalation', () => {
  it('gives notice when the interval is over and alarm after seven days, once each, until it is drilled', async () => {
    await using world = await DrillWorld.make(SELDOM);
    const card = defineCard(world.card());
    const coverage = await coverageOf([card], { environment: 'test', clock: world.clock });
    const levels: string[] = [];
    using _hearing = world.engine.on('coverage:escalated', ({ data }) => void levels.push(data.level));
    using _ = coverage.watch(world.engine, { every: '12h' });
    await world.clock.advance(3 * DAY);
    expect(levels).toEqual([]);
    await world.clock.advance(DAY);
    expect(levels).toEqual(['notice']);
    await world.clock.advance(2 * DAY);
    expect(levels).toEqual(['notice']);
    await world.clock.advance(4 * DAY);
    expect(levels).toEqual(['notice', 'alarm']);
    expect(world.events('coverage:escalated')[1]).toMatchObject({ owner: 'platform', card: 'KH001', target: 'api' });

    using _reacting = world.reacts(SOUND);
    await world.through(drill(world.engine, card));
    await world.clock.advance(2 * DAY);
    expect(levels).toEqual(['notice', 'alarm']);
    await world.clock.advance(2 * DAY);
    expect(levels).toEqual(['notice', 'alarm', 'notice']);
  });

  it('alarms for a card of lower risk after twice its interval', async () => {
    await using world = await DrillWorld.make(SELDOM);
    const card = defineCard({ ...world.card(), risk: 1 });
    const coverage = await coverageOf([card], { environment: 'test', clock: world.clock });
    using _ = coverage.watch(world.engine, { every: '1d' });
    await world.clock.advance(13 * DAY);
    expect(world.events('coverage:escalated').map(({ level }) => level)).toEqual(['notice']);
    await world.clock.advance(2 * DAY);
    expect(world.events('coverage:escalated').map(({ level }) => level)).toEqual(['notice', 'alarm']);
  });

  it('does not begin anew after a restart', async () => {
    await using world = await DrillWorld.make(SELDOM);
    const card = defineCard(world.card());
    const first = await coverageOf([card], { environment: 'test', clock: world.clock });
    const watching = first.watch(world.engine);
    await world.clock.advance(4 * DAY);
    watching[Symbol.dispose]();
    const entries = [...world.engine.recent()];
    const second = await coverageOf([card], { environment: 'test', clock: world.clock, entries });
    using _ = second.watch(world.engine);
    await world.clock.advance(DAY);
    expect(world.events('coverage:escalated').map(({ level }) => level)).toEqual(['notice']);
    expect(world.events('coverage:added')).toHaveLength(1);
    await world.clock.advance(3 * DAY);
    expect(world.events('coverage:escalated').map(({ level }) => level)).toEqual(['notice', 'alarm']);
  });
});

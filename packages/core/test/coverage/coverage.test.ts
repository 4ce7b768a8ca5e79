import {
  type Coverage,
  type CoverageOptions,
  coverageOf,
  defineCard,
  drill,
  type HistoryEntry,
} from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { DrillWorld, SOUND } from '../card/drill-world.ts';
import { cardOf, DAY, past } from './past.ts';

const high = cardOf('H', 2.5);
const medium = cardOf('M', 1.5, { category: 'network' });
const low = cardOf('L', 0.5, { category: 'network' });

/** Coverage of the three cards on a day, from these entries. */
async function on(
  day: number,
  entries: readonly HistoryEntry[],
  more: Partial<CoverageOptions> = {},
): Promise<Coverage> {
  const clock = virtualClock();
  await clock.advance(day * DAY);
  return await coverageOf([high, medium, low], { environment: 'test', version: 'v1', clock, entries, ...more });
}

const cell = (coverage: Coverage, card: string) => coverage.report().cells.find((one) => one.card === card);

describe('coverage', () => {
  it('counts what was never drilled, and gives it no score', async () => {
    const { total, categories } = (await on(0, [])).report();
    expect(total).toMatchObject({ cells: 3, neverDrilled: 3, covered: 0, highRiskPending: 1, score: 0 });
    expect(categories).toMatchObject({ network: { cells: 2 }, resource: { cells: 1 } });
  });

  it.each([
    [2.9, 0, 1],
    [3, 0, 1],
    [4.5, 1.5, 0.5],
    [6, 3, 0],
    [30, 27, 0],
  ])(
    'fades with time: after %d days a card of 3 days is %d days overdue and scores %d',
    async (day, overdue, score) => {
      const found = cell(await on(day, [past(high, { day: 0 })]), 'H');
      expect(found).toMatchObject({ state: 'covered', overdue: overdue * DAY });
      expect(found?.score).toBeCloseTo(score, 6);
    },
  );

  it('fades by the interval of each risk', async () => {
    const coverage = await on(
      10,
      [high, medium, low].map((card) => past(card, { day: 0 })),
    );
    const scores = coverage.report().cells.map(({ score }) => score);
    expect(scores[0]).toBe(0);
    expect(scores[1]).toBeCloseTo(1 - 3 / 7, 6);
    expect(scores[2]).toBe(1);
    const { total } = coverage.report();
    expect(total).toMatchObject({ overdue: 2, drilledRecently: 1, covered: 3, highRiskPending: 1 });
    expect(total.score).toBeCloseTo((1.5 * (4 / 7) + 0.5 * 1) / 4.5, 6);
  });

  it('knows covered, failing, stale and unproven, and what each is worth', async () => {
    const stateAfter = async (...entries: readonly HistoryEntry[]) => {
      const found = cell(await on(1, entries), 'H');
      return [found?.state, found?.score];
    };
    const changed = cardOf('H', 2.5, { params: { other: true } });
    expect(await stateAfter(past(high, { day: 0 }))).toEqual(['covered', 1]);
    expect(await stateAfter(past(high, { day: 0, version: 'v0' }))).toEqual(['stale', 0.75]);
    expect(await stateAfter(past(changed, { day: 0 }))).toEqual(['stale', 0.75]);
    expect(await stateAfter(past(high, { day: 0 }), past(high, { day: 1, outcome: 'failed' }))).toEqual([
      'failing',
      0.5,
    ]);
    expect(await stateAfter(past(high, { day: 0, covers: false }))).toEqual(['unproven', 0.25]);
    expect(await stateAfter(past(high, { day: 0, outcome: 'inconclusive' }))).toEqual(['unproven', 0.25]);
    expect(await stateAfter(past(high, { day: 0, outcome: 'not-run' }))).toEqual(['never-drilled', 0]);
  });

  it('becomes stale with a deploy, and tells what each version showed', async () => {
    let deployed = 'v1';
    const entries = [past(high, { day: 0 }), past(high, { day: 1, version: 'v2', outcome: 'failed' })];
    const coverage = await on(1, [...entries, past(high, { day: 1, version: 'v2' })], { version: () => deployed });
    expect(cell(coverage, 'H')?.state).toBe('stale');
    deployed = 'v2';
    expect(cell(coverage, 'H')).toMatchObject({ state: 'covered', runs: { passed: 1, failed: 1 } });
    expect(cell(coverage, 'H')?.versions).toMatchObject([
      { version: 'v2', passed: 1, failed: 1 },
      { version: 'v1', passed: 1, failed: 0 },
    ]);
  });

  it('shows further environments side by side, each with its own version', async () => {
    const version = (_card: unknown, environment: string) => (environment === 'test' ? 'v2' : 'v1');
    const staged = past(high, { day: 0, environment: 'staging' });
    const { cells, total } = (await on(1, [staged], { others: ['staging'], version })).report();
    const own = cells.filter(({ card }) => card === 'H');
    expect(own).toMatchObject([
      { environment: 'test', version: 'v2', state: 'never-drilled' },
      { environment: 'staging', version: 'v1', state: 'covered' },
    ]);
    expect(total).toMatchObject({ cells: 6, covered: 1 });
  });

  it('calls a cell flaky that goes back and forth on one version, not one that was repaired once', async () => {
    const outcomes = ['failed', 'passed', 'failed', 'passed'] as const;
    const entries = outcomes.map((outcome, day) => past(high, { day, outcome }));
    expect(cell(await on(4, entries), 'H')?.flaky).toBe(true);
    expect(cell(await on(4, entries.slice(0, 2)), 'H')?.flaky).toBe(false);
    const versions = outcomes.map((outcome, day) => past(high, { day, outcome, version: `v${day}` }));
    expect(cell(await on(4, versions), 'H')?.flaky).toBe(false);
  });

  it('passes over entries that are none of its own or malformed', async () => {
    const foreign = { type: 'run:finished', time: '2026-01-01T00:00:00Z', data: {} };
    const broken = { ...past(high, { day: 0 }), data: { card: 'H' } };
    expect((await on(1, [foreign, broken])).report().total.neverDrilled).toBe(3);
  });

  it('survives a restart: the same from the record as from having been there', async () => {
    await using world = await DrillWorld.make();
    const card = defineCard(world.card());
    const options = { environment: 'test', version: 'v1', clock: world.clock } as const;
    const live = await coverageOf([card], options);
    using _watching = live.watch(world.engine);
    using _reacting = world.reacts(SOUND);
    await world.through(drill(world.engine, card, { version: 'v1' }));
    expect(live.report().total).toMatchObject({ covered: 1, score: 1 });
    const rebuilt = await coverageOf([card], { ...options, entries: world.engine.recent() });
    expect(rebuilt.report()).toEqual(live.report());
  });
});

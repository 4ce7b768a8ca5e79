import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/random.ts';
import { Combinations } from '../../src/schedule/combinations.ts';
import { Pace } from '../../src/schedule/pace.ts';
import { weightedDraw } from '../../src/weighted-choice.ts';
import { DAY, ScheduleWorld } from './world.ts';

/** Pearson's statistic of what was counted against the shares that were wanted. */
function chiSquare(counts: readonly number[], weights: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return counts.reduce((sum, count, index) => {
    const expected = (n * (weights[index] ?? 0)) / total;
    return sum + (count - expected) ** 2 / expected;
  }, 0);
}

/** Upper 0.1 % of the chi-square distribution with 3 degrees of freedom (NIST handbook, table 1.3.6.7.4). */
const CRITICAL = 16.266;

const weightOf = ({ weight }: { readonly weight: number }): number => weight;

describe('a weighted choice', () => {
  it('takes each as often as its weight says', () => {
    const items = [1, 2, 3, 10].map((weight, index) => ({ weight, index }));
    const random = seededRandom('choice');
    const counts = [0, 0, 0, 0];
    for (let round = 0; round < 40_000; round += 1) {
      const index = weightedDraw(items, weightOf, random)?.item.index ?? 0;
      counts[index] = (counts[index] ?? 0) + 1;
    }
    expect(chiSquare(counts, [1, 2, 3, 10])).toBeLessThan(CRITICAL);
    // The test can tell: the same counts do not fit other weights.
    expect(chiSquare(counts, [1, 2, 3, 9])).toBeGreaterThan(CRITICAL);
  });

  it('never takes what weighs nothing, and nothing where nothing weighs', () => {
    const random = seededRandom(1);
    const items = [
      { weight: 0, name: 'never' },
      { weight: 1, name: 'always' },
      { weight: 0, name: 'never' },
    ];
    for (let round = 0; round < 1_000; round += 1)
      expect(weightedDraw(items, weightOf, random)?.item.name).toBe('always');
    expect(weightedDraw([{ weight: 0 }], weightOf, random)).toBeUndefined();
    expect(weightedDraw([], weightOf, random)).toBeUndefined();
  });
});

describe('a year of a schedule', { timeout: 120_000 }, () => {
  it('picks by weight, at times that are spread evenly, in a blink', async () => {
    await using world = await ScheduleWorld.make();
    const weights = [1, 2, 3, 10];
    const schedule = world.begin({
      things: weights.map((weight) => ({ deed: world.deed(`weight ${weight}`), weight })),
    });
    const from = performance.now();
    await world.clock.advance(365 * DAY);
    const took = performance.now() - from;
    expect(schedule.counts.ticks).toBe(52_560);
    const counts = weights.map((weight) => world.done.filter(({ deed }) => deed === `weight ${weight}`).length);
    expect(chiSquare(counts, weights)).toBeLessThan(CRITICAL);
    const quarters = [0, 1, 2, 3].map(
      (hour) => world.done.filter(({ at }) => Math.floor(new Date(at).getUTCHours() / 6) === hour).length,
    );
    expect(chiSquare(quarters, [1, 1, 1, 1])).toBeLessThan(CRITICAL);
    // Half a second on a quiet machine. This bound only tells a year's work from a year's waiting.
    expect(took).toBeLessThan(90_000);
  });

  it('asks a deed how much it is wanted, and records why', async () => {
    await using world = await ScheduleWorld.make();
    const wanted = { a: 1, b: 0 };
    const deed = (name: keyof typeof wanted) =>
      world.deed(name, { appeal: async () => ({ weight: wanted[name], why: `${name} is overdue` }) });
    world.begin({ when: { cron: '0 0 * * *' }, things: [{ deed: deed('a') }, { deed: deed('b') }] });
    await world.clock.advance(3 * DAY);
    wanted.a = 0;
    wanted.b = Number.NaN;
    await world.clock.advance(DAY);
    wanted.b = 2;
    await world.clock.advance(DAY);
    expect(world.done.map((one) => one.deed)).toEqual(['a', 'a', 'a', 'b']);
    expect(world.events('schedule:picked').at(-1)).toMatchObject({ deeds: [{ why: 'b is overdue', chance: 1 }] });
    expect(world.events('schedule:skipped')).toMatchObject([{ detail: 'nothing has a weight above 0' }]);
  });
});

describe('the pace', () => {
  it('gives a chance that makes the mean, whatever the spacing of the ticks', () => {
    for (const [spacing, min, mean] of [
      [600_000, 0, 6_000_000],
      [600_000, 1_500_000, 6_000_000],
      [3_600_000, 0, 3_600_000],
      [1_000, 10_000, 10_000],
    ] as const) {
      const pace = new Pace({ minTimeBetween: min, meanTimeBetween: mean });
      const random = seededRandom(`${spacing}/${mean}`);
      let hits = 0;
      const ticks = 200_000;
      for (let tick = 1; tick <= ticks; tick += 1) {
        const at = tick * spacing;
        if (pace.tooSoon(['g'], at) !== undefined || random.next() >= pace.chance(spacing)) continue;
        pace.note(['g'], at);
        hits += 1;
      }
      const observed = (ticks * spacing) / hits;
      expect(observed / mean).toBeGreaterThan(0.97);
      expect(observed / mean).toBeLessThan(1.03);
    }
  });
});

describe('combinations', () => {
  it('close again when a part of them fails', () => {
    const combinations = new Combinations();
    for (const name of ['a', 'b', 'c']) combinations.note([name], true);
    for (const pair of ['ab', 'bc', 'ca']) combinations.note([...pair], true);
    expect(combinations.isOpen(['c', 'a', 'b'])).toBe(true);
    combinations.note(['a'], false);
    expect(combinations.isOpen(['a', 'b', 'c'])).toBe(false);
    expect(combinations.isOpen(['a', 'b'])).toBe(false);
    expect(combinations.isOpen(['b', 'c'])).toBe(true);
    expect(combinations.isOpen(['a'])).toBe(true);
  });
});

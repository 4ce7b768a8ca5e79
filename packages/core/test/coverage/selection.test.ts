import { type Card, type Coverage, coverageOf, type HistoryEntry, seededRandom } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { cardOf, DAY, past } from './past.ts';

async function coverage(cards: readonly Card[], day: number, entries: readonly HistoryEntry[]): Promise<Coverage> {
  const clock = virtualClock();
  await clock.advance(day * DAY);
  return await coverageOf(cards, { environment: 'test', version: 'v1', clock, entries });
}

const a = cardOf('A', 2);
const b = cardOf('B', 2);

describe('the choice of a card', () => {
  it('weighs risk', async () => {
    const risky = cardOf('R', 3);
    const mild = cardOf('S', 1);
    const of = await coverage([risky, mild], 0, []);
    expect(of.urgency(risky).weight / of.urgency(mild).weight).toBeCloseTo(3, 6);
  });

  it('weighs staleness against the interval', async () => {
    const of = await coverage([a, b], 4, [past(a, { day: 1 }), past(b, { day: 3 })]);
    expect(of.urgency(a)).toMatchObject({ staleness: 1, changed: 1 });
    expect(of.urgency(b).staleness).toBeCloseTo(1 / 3, 6);
    expect(of.urgency(a).why).toContain('3.0 of 3.0 days');
  });

  it('weighs uncertainty: few runs, wide interval', async () => {
    const many = Array.from({ length: 50 }, () => past(a, { day: 0 }));
    const of = await coverage([a, b], 3, [...many, past(b, { day: 0 })]);
    expect(of.urgency(a).uncertainty).toBeCloseTo(0.1, 6);
    expect(of.urgency(b).uncertainty).toBeCloseTo(0.7935, 3);
  });

  it('weighs a change of the version or of the card since the last drill', async () => {
    const edited = cardOf('B', 2, { params: { more: 1 } });
    const of = await coverage([a, edited], 3, [past(a, { day: 0, version: 'v0' }), past(b, { day: 0 })]);
    expect(of.urgency(a).changed).toBe(2);
    expect(of.urgency(edited).changed).toBe(2);
  });

  it('is drawn by a seed, and says why with its numbers', async () => {
    const of = await coverage([a, b], 4, [past(a, { day: 0 })]);
    const choice = of.choose(seededRandom(7));
    expect(of.choose(seededRandom(7))).toEqual(choice);
    expect(choice?.why).toMatch(
      /^[AB] on api: risk 2 × staleness .* × uncertainty .* × changed 1 .* = \d+\.\d+; \d+\.\d % of 2 cards' weight, drew 0\.\d+$/,
    );
    expect((await coverage([], 0, [])).choose(seededRandom(7))).toBeUndefined();
  });

  it('falls on each card as often as its share says', async () => {
    const of = await coverage([a, b], 4, [past(a, { day: 3 }), past(b, { day: 0 })]);
    const share = of.urgency(a).weight / (of.urgency(a).weight + of.urgency(b).weight);
    const random = seededRandom('shares');
    const draws = Array.from({ length: 4_000 }, () => of.choose(random)?.card.id);
    const observed = draws.filter((id) => id === 'A').length / draws.length;
    expect(Math.abs(observed - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / draws.length));
  });
});

import { seededRandom } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pickTargets } from '../../src/target/pick.ts';
import { box } from '../experiment/fixture.ts';

const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => box(`b${String(index).padStart(3, '0')}`));
const explained = (count: number, pick: Parameters<typeof pickTargets>[1]) =>
  pickTargets(targets(count), pick, seededRandom(1)).explanation;

describe('a pick', () => {
  test.each([
    [5, 'all', 'all 5 of 5'],
    [5, 2, '2 of 5'],
    [1, 3, '1 of 1, fewer than the 3 asked for'],
    [4, '50%', '2 of 4: 50% is 2'],
    [5, '50%', '2 of 5: 50% is 2.5, rounded down to 2'],
    [1, '50%', '1 of 1: 50% is 0.5, at least one'],
    [100, '29%', '29 of 100: 29% is 29'],
    [100, '0.1%', '1 of 100: 0.1% is 0.1, at least one'],
    [3, '100%', '3 of 3: 100% is 3'],
  ] as const)('of %d by %j is explained: %s', (count, pick, explanation) => {
    expect(explained(count, pick)).toBe(explanation);
  });

  test('up to a share draws between one and that, by the seed', () => {
    const counts = Array.from(
      { length: 200 },
      (_, seed) => pickTargets(targets(10), 'up to 50%', seededRandom(seed)).targets.length,
    );
    expect([...new Set(counts)].sort()).toEqual([1, 2, 3, 4, 5]);
    expect(explained(10, 'up to 50%')).toMatch(/^\d of 10: up to 50% is 5, drawn \d$/);
  });

  test('does not depend on the order of the source, and picks each as often as any other', () => {
    const picks = fc.constantFrom('all' as const, 1, 3, '50%' as const, 'up to 70%' as const);
    fc.assert(
      fc.property(fc.shuffledSubarray(targets(12), { minLength: 1 }), picks, fc.nat(), (some, pick, seed) => {
        const sorted = [...some].sort((a, b) => (a.name < b.name ? -1 : 1));
        const picked = pickTargets(some, pick, seededRandom(seed));
        expect(picked).toEqual(pickTargets(sorted, pick, seededRandom(seed)));
        expect(new Set(picked.targets).size).toBe(picked.targets.length);
        expect(picked.targets.length).toBeGreaterThanOrEqual(1);
      }),
    );
    const hits = new Map<string, number>();
    for (let seed = 0; seed < 3_000; seed += 1) {
      for (const { name } of pickTargets(targets(6), 2, seededRandom(seed)).targets)
        hits.set(name, (hits.get(name) ?? 0) + 1);
    }
    for (const count of hits.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

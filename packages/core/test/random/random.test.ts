import { freshId, freshSeed, seededRandom } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const draw = (seed: number | string, count: number): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => random.next());
};

describe('seeded randomness', () => {
  it('gives this sequence for seed 42, on every machine and version', () => {
    // Computed independently: sfc32 in Python, keyed by the first twelve bytes of SHA-256("42"), twelve rounds dropped.
    expect(draw(42, 5)).toEqual([
      0.12231924547813833, 0.7921271077357233, 0.23539254954084754, 0.99090241570957, 0.13463676325045526,
    ]);
  });

  it('tells apart a fork by its label, not by what was drawn before', () => {
    const fresh = seededRandom(42);
    const used = seededRandom(42);
    used.next();
    expect(used.fork('picks').next()).toBe(fresh.fork('picks').next());
    expect(fresh.fork('picks').next()).not.toBe(fresh.fork('delays').next());
  });

  it('draws numbers in [0, 1) and integers below the bound', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 1_000 }), (seed, below) => {
        const random = seededRandom(seed);
        const [number, integer] = [random.next(), random.int(below)];
        return number >= 0 && number < 1 && Number.isInteger(integer) && integer >= 0 && integer < below;
      }),
    );
  });

  it('shuffles without losing, adding or moving in place', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, items) => {
        const before = [...items];
        const shuffled = seededRandom(seed).shuffle(items);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
        expect(items).toEqual(before);
      }),
    );
  });

  it('puts every item in every place about equally often', () => {
    const random = seededRandom('fair');
    const firsts = new Map<string, number>();
    for (let round = 0; round < 3_000; round += 1) {
      const [first = ''] = random.shuffle(['a', 'b', 'c']);
      firsts.set(first, (firsts.get(first) ?? 0) + 1);
    }
    for (const item of ['a', 'b', 'c']) expect(firsts.get(item)).toBeGreaterThan(850);
  });
});

describe('what cannot be guessed', () => {
  it('never repeats an id and keeps its prefix', () => {
    const ids = new Set(Array.from({ length: 1_000 }, () => freshId('run')));
    expect(ids.size).toBe(1_000);
    expect([...ids].every((id) => /^run-[0-9a-f]{24}$/.test(id))).toBe(true);
  });

  it('makes seeds that are whole numbers of 32 bits', () => {
    const seed = freshSeed();
    expect(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32).toBe(true);
  });
});

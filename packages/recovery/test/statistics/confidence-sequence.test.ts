import { seededRandom } from '@bridge/chaos-core';
import { confidenceSequence, wilson } from '@bridge/chaos-recovery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('confidence sequence', () => {
  it('is what the formula gives where it can be solved by hand', () => {
    // n successes of n: p is out when (1/(n + 1)) / p^n >= 1/alpha, so the lower end is (alpha/(n + 1))^(1/n).
    for (const n of [1, 10, 70]) {
      const { low, high } = confidenceSequence(n, n);
      expect(low).toBeCloseTo((0.05 / (n + 1)) ** (1 / n), 12);
      expect(high).toBe(1);
    }
    expect(confidenceSequence(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('misses the true rate at any of 200 looks in at most 5 % of sequences, where Wilson misses far more', () => {
    const random = seededRandom(2);
    const [rate, sequences] = [0.8, 400];
    let [missed, missedByWilson] = [0, 0];
    for (let sequence = 0; sequence < sequences; sequence += 1) {
      let successes = 0;
      let [out, outOfWilson] = [false, false];
      for (let trials = 1; trials <= 200; trials += 1) {
        if (random.next() < rate) successes += 1;
        const [own, naive] = [confidenceSequence(successes, trials), wilson(successes, trials)];
        out ||= rate < own.low || rate > own.high;
        outOfWilson ||= rate < naive.low || rate > naive.high;
      }
      missed += Number(out);
      missedByWilson += Number(outOfWilson);
    }
    expect(missed / sequences).toBeLessThanOrEqual(0.05);
    expect(missedByWilson / sequences).toBeGreaterThan(0.15);
  });

  it('holds the observed share, mirrors, and shrinks', () => {
    const counts = fc
      .integer({ min: 1, max: 300 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        const { low, high } = confidenceSequence(k, n);
        expect(low).toBeLessThanOrEqual(k / n);
        expect(high).toBeGreaterThanOrEqual(k / n);
        const mirrored = confidenceSequence(n - k, n);
        expect(mirrored.low).toBeCloseTo(1 - high, 9);
        const more = confidenceSequence(10 * k, 10 * n);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });

  it('refuses counts that cannot be', () => {
    expect(() => confidenceSequence(3, 2)).toThrow(/expected 0 <= successes <= trials, got 3 of 2/);
  });
});

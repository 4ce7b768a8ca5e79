import { signedRank } from '@bridge/chaos-recovery';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalUpperTail } from '../../src/statistics/normal.ts';

/** Depression scale before and after (Hollander and Wolfe 1973, p. 29; R's help of wilcox.test). */
const FIRST = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
const SECOND = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
const DEPRESSION = FIRST.map((value, index) => value - (SECOND[index] ?? 0));

describe('signed-rank test', () => {
  it('agrees with R on its own example', () => {
    const { v, pValue, method } = signedRank(DEPRESSION, { alternative: 'greater' });
    expect([v, method]).toEqual([40, 'exact']);
    // 10 of the 512 sign patterns are at least as extreme.
    expect(pValue).toBe(10 / 512);
    expect(signedRank(DEPRESSION).pValue).toBe(20 / 512);
  });

  it('counts every pattern of signs where that can be done by hand', () => {
    // Of three differences all positive: one pattern of eight.
    expect(signedRank([1, 2, 3], { alternative: 'greater' })).toEqual({ v: 6, pValue: 1 / 8, method: 'exact' });
    expect(signedRank([1, 2, 3], { alternative: 'less' }).pValue).toBe(1);
  });

  it('uses the normal distribution with ties, zeros, or values that depend on each other', () => {
    for (const differences of [
      [1, 1, 2, 3],
      [0, 1, 2, 3],
    ])
      expect(signedRank(differences).method).toBe('asymptotic');
    // 1, 1, 2, 3: V = 10 around 5; two equal ranks take (2^3 - 2)/48 off the variance of 7.5.
    const tied = signedRank([1, 1, 2, 3], { alternative: 'greater' });
    expect(tied.pValue).toBeCloseTo(normalUpperTail(4.5 / Math.sqrt(7.5 - 6 / 48)), 14);
    const plain = signedRank(DEPRESSION, { alternative: 'greater' }).pValue;
    const inflated = signedRank(DEPRESSION, { alternative: 'greater', varianceInflation: 4 });
    expect(inflated.method).toBe('asymptotic');
    expect(inflated.pValue).toBeGreaterThan(plain);
    expect(signedRank([0, 0, 0]).pValue).toBe(1);
  });

  it('comes close to the exact value at the border between the two', () => {
    const differences = Array.from({ length: 49 }, (_, index) => (index % 3 === 0 ? -1 : 1) * (index + 1));
    const exact = signedRank(differences, { alternative: 'greater' });
    const normal = signedRank(differences, { alternative: 'greater', varianceInflation: 1 + 1e-12 });
    expect([exact.method, normal.method]).toEqual(['exact', 'asymptotic']);
    expect(normal.pValue).toBeCloseTo(exact.pValue, 3);
  });

  it('mirrors with the sign, and does not care for the unit', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(values, (differences) => {
        const greater = signedRank(differences, { alternative: 'greater' }).pValue;
        const mirrored = signedRank(
          differences.map((one) => -one),
          { alternative: 'less' },
        ).pValue;
        expect(mirrored).toBeCloseTo(greater, 9);
        expect(
          signedRank(
            differences.map((one) => 8 * one),
            { alternative: 'greater' },
          ).pValue,
        ).toBe(greater);
        expect(greater).toBeGreaterThanOrEqual(0);
        expect(greater).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('refuses what is no sample', () => {
    expect(() => signedRank([])).toThrow(/expected at least 1 values, got 0/);
    expect(() => signedRank([Number.NaN])).toThrow(/expected finite numbers/);
  });
});

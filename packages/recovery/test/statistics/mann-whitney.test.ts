import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { a12, cliffsDelta } from '../../src/statistics/a12.ts';
import { hodgesLehmann } from '../../src/statistics/hodges-lehmann.ts';
import { type Alternative, mannWhitney } from '../../src/statistics/mann-whitney.ts';
import { vectors } from './vectors.ts';

const ALTERNATIVES: readonly Alternative[] = ['two-sided', 'greater', 'less'];
const METHODS = [
  ['exact', { method: 'exact' }],
  ['asymptotic_cc', { method: 'asymptotic', continuity: true }],
  ['asymptotic_nocc', { method: 'asymptotic', continuity: false }],
] as const;

describe.each(vectors.mann_whitney)('Mann-Whitney: $name', ({ x, y, ties, expected }) => {
  it('counts the pairs', () => {
    expect(mannWhitney(x, y).u).toBe(expected.U_x);
    expect(mannWhitney(y, x).u).toBe(expected.U_y);
    expect(a12(x, y)).toBeCloseTo(expected.A12_x_over_y, 14);
    expect(cliffsDelta(x, y)).toBeCloseTo(expected.cliffs_delta, 14);
  });

  it('gives the p-values of R and SciPy', () => {
    for (const [name, options] of METHODS) {
      if (name === 'exact' && ties) continue;
      for (const alternative of ALTERNATIVES) {
        const reference = Reflect.get(expected, `p_${name}_${alternative}`);
        expect(mannWhitney(x, y, { ...options, alternative }).pValue, `${name} ${alternative}`).toBeCloseTo(
          reference,
          13,
        );
      }
    }
  });

  it('gives the Hodges-Lehmann shift, and the exact interval of R', () => {
    expect(hodgesLehmann(x, y).estimate).toBeCloseTo(expected.hodges_lehmann_median_of_pairwise_x_minus_y, 14);
    if (expected.R_exact === undefined) return;
    const { conf_level: confidence, ci, tolerance } = expected.R_exact;
    const { interval, method } = hodgesLehmann(x, y, { confidence });
    expect(method).toBe('exact');
    expect(Math.abs(interval.low - ci[0])).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(interval.high - ci[1])).toBeLessThanOrEqual(tolerance);
  });

  it('gives the asymptotic interval of R within the tolerance of its root search', () => {
    const { conf_level: confidence, ci, tolerance } = expected.R_asymptotic_cc;
    const { interval } = hodgesLehmann(x, y, { confidence, method: 'asymptotic' });
    expect(Math.abs(interval.low - ci[0])).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(interval.high - ci[1])).toBeLessThanOrEqual(tolerance);
  });

  it('brackets the asymptotic estimate of R, which is any point where the test is balanced', () => {
    const { estimate, tolerance } = expected.R_asymptotic_cc;
    const pairs = x.length * y.length;
    const above = mannWhitney(
      x.map((value) => value - estimate - tolerance),
      y,
    ).u;
    const below = mannWhitney(
      x.map((value) => value - estimate + tolerance),
      y,
    ).u;
    expect(above).toBeLessThanOrEqual(pairs / 2);
    expect(below).toBeGreaterThanOrEqual(pairs / 2);
  });
});

describe('Mann-Whitney', () => {
  it('counts arrangements up to 400 pairs without ties, and takes the normal distribution beyond', () => {
    const upTo = (n: number, from = 0) => Array.from({ length: n }, (_, index) => from + 2 * index);
    expect(mannWhitney(upTo(20), upTo(20, 1)).method).toBe('exact');
    expect(mannWhitney(upTo(21), upTo(20, 1)).method).toBe('asymptotic');
    expect(mannWhitney([1, 2], [2, 3]).method).toBe('asymptotic');
    expect(mannWhitney([1, 2], [3, 4], { varianceInflation: 2 }).method).toBe('asymptotic');
  });

  it('refuses what it cannot answer', () => {
    expect(() => mannWhitney([], [1])).toThrow('expected at least 1 values, got 0');
    expect(() => mannWhitney([Number.NaN], [1])).toThrow('expected finite numbers, got NaN');
    expect(() => mannWhitney([1], [1], { method: 'exact' })).toThrow('without ties');
    const many = Array.from({ length: 60 }, (_, index) => index);
    const others = many.map((value) => value + 0.5);
    expect(() => mannWhitney(many, others, { method: 'exact' })).toThrow('too many arrangements');
  });

  it('never finds a difference among equal values', () => {
    expect(mannWhitney([7, 7, 7], [7, 7]).pValue).toBe(1);
    expect(hodgesLehmann([7, 7, 7], [7, 7])).toMatchObject({ estimate: 0, interval: { low: 0, high: 0 } });
  });
});

const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 25 });

describe('Mann-Whitney properties', () => {
  it('U is the same after a shift of both samples', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: -1e6, max: 1e6 }), (x, y, shift) => {
        const moved = mannWhitney(
          x.map((value) => value + shift),
          y.map((value) => value + shift),
        );
        expect(moved).toEqual(mannWhitney(x, y));
      }),
    );
  });

  it('A12(x, y) = 1 - A12(y, x)', () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        expect(a12(x, y)).toBeCloseTo(1 - a12(y, x), 12);
      }),
    );
  });

  it('swapping the samples swaps the alternatives', () => {
    fc.assert(
      fc.property(values, values, (x, y) => {
        const greater = mannWhitney(x, y, { alternative: 'greater' }).pValue;
        expect(mannWhitney(y, x, { alternative: 'less' }).pValue).toBeCloseTo(greater, 12);
      }),
    );
  });

  it('p-values are probabilities, and grow with the variance inflation when they are small', () => {
    fc.assert(
      fc.property(values, values, fc.double({ min: 1, max: 20, noNaN: true }), (x, y, varianceInflation) => {
        const plain = mannWhitney(x, y, { method: 'asymptotic' }).pValue;
        const inflated = mannWhitney(x, y, { varianceInflation, method: 'asymptotic' }).pValue;
        expect(plain).toBeGreaterThanOrEqual(0);
        expect(inflated).toBeLessThanOrEqual(1);
        expect(inflated).toBeGreaterThanOrEqual(plain - 1e-12);
      }),
    );
  });

  it('the interval contains the Hodges-Lehmann estimate, and a shift of x moves all three', () => {
    fc.assert(
      fc.property(values, values, fc.integer({ min: -500, max: 500 }), (x, y, shift) => {
        const { estimate, interval } = hodgesLehmann(x, y);
        expect(interval.low).toBeLessThanOrEqual(estimate);
        expect(interval.high).toBeGreaterThanOrEqual(estimate);
        const moved = hodgesLehmann(
          x.map((value) => value + shift),
          y,
          { method: 'asymptotic' },
        );
        const still = hodgesLehmann(x, y, { method: 'asymptotic' });
        expect(moved.estimate).toBeCloseTo(still.estimate + shift, 9);
      }),
    );
  });
});

import { seededRandom } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaCdf, betaQuantile, logGamma } from '../../src/statistics/beta.ts';
import { bootstrap, bootstrapAccelerated, bootstrapRatio } from '../../src/statistics/bootstrap.ts';
import { rankAutocorrelation, varianceInflation } from '../../src/statistics/effective-sample-size.ts';
import { lag1Autocorrelation, mean, standardDeviation } from '../../src/statistics/moments.ts';
import { normalCdf, normalQuantile, normalUpperTail } from '../../src/statistics/normal.ts';
import { median, type QuantileType, quantile } from '../../src/statistics/quantile.ts';
import { studentTwoSided, welchTest } from '../../src/statistics/student-t.ts';
import { vectors } from './vectors.ts';

const TYPES: readonly QuantileType[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('moments', () => {
  it.each(vectors.univariate_nist_strd)('$name', ({ data, generator, certified }) => {
    const [even = 0, odd = 0] = generator?.then_repeat ?? [];
    const generated = Array.from({ length: (generator?.n ?? 1) - 1 }, (_, index) => (index % 2 === 0 ? even : odd));
    const values = data ?? [generator?.first ?? 0, ...generated];
    expect(mean(values)).toBeCloseTo(certified.mean, 8);
    // Certified for the decimal inputs; their nearest doubles allow about 8 digits at offset 1e7 (NIST's own note).
    expect(Math.abs(standardDeviation(values) / certified.sd - 1)).toBeLessThan(2e-8);
    expect(Math.abs(lag1Autocorrelation(values) - certified.lag1_autocorrelation)).toBeLessThan(1e-8);
  });

  it('NIST StRD Michelso to all certified digits', () => {
    const [michelso] = vectors.univariate_nist_strd;
    expect(standardDeviation(michelso?.data ?? [])).toBeCloseTo(0.0790105478190518, 13);
    expect(lag1Autocorrelation(michelso?.data ?? [])).toBeCloseTo(0.535199668621283, 12);
  });
});

describe('quantiles', () => {
  it.each(TYPES)('type %i agrees with R', (type) => {
    const expected = vectors.quantiles.expected[`type${type}`];
    for (const [name, p] of [
      ['p50', 0.5],
      ['p90', 0.9],
      ['p99', 0.99],
    ] as const) {
      expect(quantile(vectors.quantiles.data, p, type), name).toBeCloseTo(expected?.[name] ?? Number.NaN, 12);
    }
  });

  it('grow with p, lie within the sample, and commute with scaling', () => {
    const samples = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 40 });
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(samples, p, p, fc.constantFrom(...TYPES), (values, a, b, type) => {
        const [low, high] = [quantile(values, Math.min(a, b), type), quantile(values, Math.max(a, b), type)];
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
        expect(
          quantile(
            values.map((value) => value * 4),
            a,
            type,
          ),
        ).toBeCloseTo(4 * quantile(values, a, type), 9);
      }),
    );
  });

  it('refuse an empty sample', () => {
    expect(() => quantile([], 0.5)).toThrow('expected at least 1 values, got 0');
    expect(() => quantile([1], 1.5)).toThrow('expected a probability, got 1.5');
  });
});

describe('distributions', () => {
  // Reference values: Python math.erfc, SciPy and R to 16 digits.
  it.each([
    [0, 0.5],
    [1, 0.15865525393145707],
    [1.9599639845400545, 0.025],
    [3, 0.0013498980316300957],
    [6, 9.865876450376946e-10],
    [10, 7.61985302416047e-24],
  ])('normal upper tail of %d', (x, expected) => {
    expect(Math.abs(normalUpperTail(x) / expected - 1)).toBeLessThan(1e-12);
    expect(normalCdf(-x)).toBe(normalUpperTail(x));
  });

  it('normal quantiles undo the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (p) => {
        expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-11);
      }),
    );
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 14);
  });

  it('beta quantiles undo the distribution function', () => {
    const shape = fc.double({ min: 0.5, max: 300, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), shape, shape, (p, a, b) => {
        const x = betaQuantile(p, a, b);
        // Where the function is steep, next to 0 or 1, doubles are too coarse to hit p: its neighbours must enclose it.
        const step = 4 * Number.EPSILON;
        expect(betaCdf(x * (1 - step), a, b)).toBeLessThan(p + 1e-9);
        expect(betaCdf(Math.min(1, x * (1 + step)), a, b)).toBeGreaterThan(p - 1e-9);
      }),
      { examples: [[0.9999881762563427, 101.83849168331342, 0.5]] },
    );
    expect(logGamma(101)).toBeCloseTo(363.73937555556347, 10);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 13);
  });

  it("Student's t (R: qt(0.975, 10) and t.test(extra ~ group, sleep))", () => {
    expect(studentTwoSided(2.2281388519862744, 10)).toBeCloseTo(0.05, 14);
    const sleep = [
      [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
      [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
    ] as const;
    expect(welchTest(...sleep)).toBeCloseTo(0.07939414, 8);
    expect(welchTest([1, 1], [1, 1])).toBe(1);
    expect(welchTest([1, 1], [2, 2])).toBe(0);
  });
});

describe('bootstrap', () => {
  const { data, expected, tolerance, R: resamples } = vectors.bootstrap;
  const options = () => ({ random: seededRandom(42), resamples });

  it('agrees with R boot on the median', () => {
    const percentile = bootstrap(data, median, options());
    const accelerated = bootstrapAccelerated(data, median, options());
    for (const [interval, [low, high]] of [
      [percentile, expected.percentile],
      [accelerated, expected.bca],
    ] as const) {
      expect(Math.abs(interval.low - low)).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(interval.high - high)).toBeLessThanOrEqual(tolerance);
    }
  });

  it('is the same for the same seed', () => {
    expect(bootstrap(data, median, options())).toEqual(bootstrap(data, median, options()));
  });

  it('is wider in blocks when neighbours are alike', () => {
    const level = (index: number): number => (Math.floor(index / 10) % 2 === 0 ? 10 : 20);
    const series = Array.from({ length: 100 }, (_, index) => level(index) + (index % 3));
    const single = bootstrap(series, mean, { random: seededRandom(1) });
    const blocks = bootstrap(series, mean, { random: seededRandom(1), blockLength: 10 });
    expect(blocks.high - blocks.low).toBeGreaterThan(1.5 * (single.high - single.low));
  });

  it('contains the ratio of two samples of which one is twice the other', () => {
    const doubled = data.map((value) => 2 * value);
    const { low, high } = bootstrapRatio(doubled, data, median, { random: seededRandom(7) });
    expect(low).toBeLessThan(2);
    expect(high).toBeGreaterThan(2);
  });

  it('leaves out ratios that are none', () => {
    const interval = bootstrapRatio([1, 2], [0, 0], mean, { random: seededRandom(1) });
    expect(interval).toEqual({ low: 0, high: Number.POSITIVE_INFINITY });
  });
});

describe('effective sample size', () => {
  /** First-order autoregressive noise. */
  function correlated(n: number, r: number, seed: number): number[] {
    const random = seededRandom(seed);
    let last = 0;
    return Array.from({ length: n }, () => {
      last = r * last + Math.sqrt(1 - r * r) * normalQuantile(Math.max(random.next(), 1e-9));
      return last;
    });
  }

  it('finds the correlation of a correlated series', () => {
    expect(rankAutocorrelation(correlated(2000, 0.6, 1))).toBeCloseTo(0.6, 1);
    expect(varianceInflation(correlated(2000, 0.6, 2), correlated(2000, 0.6, 3))).toBeGreaterThan(3);
  });

  it('hardly changes an independent series and is never below one', () => {
    expect(varianceInflation(correlated(2000, 0, 4))).toBeLessThan(1.2);
    const alternating = Array.from({ length: 50 }, (_, index) => index % 2);
    expect(varianceInflation(alternating)).toBe(1);
    expect(varianceInflation([5, 5, 5, 5, 5])).toBeGreaterThanOrEqual(1);
    expect(varianceInflation()).toBe(1);
  });
});

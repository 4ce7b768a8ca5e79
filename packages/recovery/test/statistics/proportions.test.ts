import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearson } from '../../src/statistics/clopper-pearson.ts';
import { fisherExact } from '../../src/statistics/fisher.ts';
import { holm } from '../../src/statistics/holm.ts';
import { newcombe } from '../../src/statistics/newcombe.ts';
import { wilson } from '../../src/statistics/wilson.ts';
import { vectors } from './vectors.ts';

describe('intervals of proportions', () => {
  it.each(vectors.proportion_intervals)('$k of $n (Newcombe 1998, R)', ({ k, n, conf, ...expected }) => {
    const score = wilson(k, n, conf);
    expect(score.low).toBeCloseTo(expected.wilson[0], 14);
    expect(score.high).toBeCloseTo(expected.wilson[1], 14);
    const exact = clopperPearson(k, n, conf);
    expect(exact.low).toBeCloseTo(expected.clopper_pearson[0], 13);
    expect(exact.high).toBeCloseTo(expected.clopper_pearson[1], 13);
  });

  it.each(vectors.proportion_difference_intervals)('$a of $m against $b of $n', ({ a, m, b, n, conf, ...expected }) => {
    const { low, high } = newcombe({ successes: a, trials: m }, { successes: b, trials: n }, conf);
    expect(low).toBeCloseTo(expected.newcombe_hybrid_score[0], 13);
    expect(high).toBeCloseTo(expected.newcombe_hybrid_score[1], 13);
  });

  it('say nothing without trials', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
    expect(clopperPearson(0, 0)).toEqual({ low: 0, high: 1 });
    expect(newcombe({ successes: 0, trials: 0 }, { successes: 5, trials: 5 })).toEqual({ low: -1, high: 1 });
  });

  it('refuse counts that cannot be', () => {
    expect(() => wilson(3, 2)).toThrow('expected 0 <= successes <= trials, got 3 of 2');
    expect(() => wilson(1, 2, 95)).toThrow('expected a confidence between 0 and 1, got 95');
  });

  it('contain the share, lie in [0, 1], and get narrower with more trials', () => {
    const counts = fc
      .integer({ min: 1, max: 500 })
      .chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(counts, ([k, n]) => {
        for (const interval of [wilson, clopperPearson]) {
          const { low, high } = interval(k, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(1);
          expect(low - 1e-12).toBeLessThanOrEqual(k / n);
          expect(high + 1e-12).toBeGreaterThanOrEqual(k / n);
          const more = interval(2 * k, 2 * n);
          expect(more.high - more.low).toBeLessThan(high - low);
        }
      }),
    );
  });
});

describe('Fisher', () => {
  it.each(vectors.fisher_exact)('$table', ({ table, p_two_sided, p_greater }) => {
    expect(fisherExact(table)).toBeCloseTo(p_two_sided, 12);
    if (p_greater !== undefined) expect(fisherExact(table, 'greater')).toBeCloseTo(p_greater, 12);
  });

  it('one-sided values of a table and its mirror agree', () => {
    const count = fc.integer({ min: 0, max: 30 });
    fc.assert(
      fc.property(count, count, count, count, (a, b, c, d) => {
        const greater = fisherExact(
          [
            [a, b],
            [c, d],
          ],
          'greater',
        );
        expect(
          fisherExact(
            [
              [c, d],
              [a, b],
            ],
            'less',
          ),
        ).toBeCloseTo(greater, 10);
        expect(
          fisherExact([
            [a, b],
            [c, d],
          ]),
        ).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe('Holm', () => {
  it('steps down (example of Holm 1979 as R p.adjust computes it)', () => {
    expect(holm([0.01, 0.04, 0.03])).toEqual([0.03, 0.06, 0.06]);
    expect(holm([0.9, 0.5])).toEqual([1, 1]);
    expect(holm([])).toEqual([]);
  });

  it('lies between no correction and Bonferroni, and keeps the order', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
        holm(pValues).forEach((adjusted, index) => {
          const raw = pValues[index] ?? 0;
          expect(adjusted).toBeGreaterThanOrEqual(raw);
          expect(adjusted).toBeLessThanOrEqual(Math.min(1, raw * pValues.length));
          pValues.forEach((other, at) => {
            if (other < raw) expect(holm(pValues)[at]).toBeLessThanOrEqual(adjusted);
          });
        });
      }),
    );
  });
});

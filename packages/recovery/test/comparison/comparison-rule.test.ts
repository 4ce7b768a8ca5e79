import { type Random, seededRandom } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMPARISON_RULE, compare } from '../../src/comparison/comparison-rule.ts';
import { falseAlarms } from '../../src/comparison/false-alarms.ts';
import { uncertainReason } from '../../src/comparison/uncertain-reason.ts';
import { mannWhitney } from '../../src/statistics/mann-whitney.ts';
import { normalQuantile } from '../../src/statistics/normal.ts';

/** Per-second latencies as a service gives them: lognormal with sigma 0.25, each second like the one before. */
function latencies(n: number, correlation: number, random: Random, scale = 100): number[] {
  let state = gauss(random);
  return Array.from({ length: n }, () => {
    state = correlation * state + Math.sqrt(1 - correlation ** 2) * gauss(random);
    return scale * Math.exp(0.25 * state);
  });
}

function gauss(random: Random): number {
  return normalQuantile(Math.min(Math.max(random.next(), 1e-12), 1 - 1e-12));
}

function shareOfWorse(runs: number, n: number, correlation: number, effect: number): number {
  const random = seededRandom(`${n}/${correlation}/${effect}`);
  const worse = Array.from({ length: runs }, () => {
    const reference = latencies(n, correlation, random);
    return compare('latency', reference, latencies(n, correlation, random, 100 * effect)).outcome === 'worse';
  });
  return worse.filter(Boolean).length / runs;
}

describe('comparison rule', () => {
  it.each([
    { n: 30, correlation: 0 },
    { n: 30, correlation: 0.6 },
    { n: 60, correlation: 0.6 },
    { n: 60, correlation: 0.8 },
  ])(
    'raises a false alarm in at most 2 % of 500 runs without fault ($n s, lag-1 $correlation)',
    ({ n, correlation }) => {
      expect(shareOfWorse(500, n, correlation, 1)).toBeLessThanOrEqual(0.02);
    },
  );

  it('where the plain test would raise one in more than 5 %', () => {
    const random = seededRandom(1);
    const alarms = Array.from({ length: 500 }, () => {
      const [x, y] = [latencies(60, 0.6, random), latencies(60, 0.6, random)];
      return mannWhitney(y, x, { alternative: 'greater' }).pValue <= 0.01;
    });
    expect(alarms.filter(Boolean).length / 500).toBeGreaterThan(0.05);
  });

  it('finds +50 % in at least 90 % of runs of 60 s (lag-1 0.6)', () => {
    expect(shareOfWorse(500, 60, 0.6, 1.5)).toBeGreaterThanOrEqual(0.9);
  });

  it('cannot tell from fewer than five seconds a side', () => {
    expect(compare('latency', [1, 1, 1, 1], [900, 900, 900, 900, 900])).toMatchObject({
      outcome: 'too-few',
      needed: 5,
    });
    const worse = compare('latency', [10, 13, 11, 14, 12], [50, 53, 51, 54, 52]);
    expect(worse).toMatchObject({ outcome: 'worse', levels: [12, 52], difference: 40, a12: 1, shift: 40 });
  });

  it('is uncertain of what would matter and cannot be told from chance', () => {
    const few = compare('latency', [100, 140, 110, 150, 120], [130, 190, 125, 200, 160]);
    expect(few).toMatchObject({ outcome: 'uncertain', levels: [120, 160] });
    const reason = { window: 'fault', code: 'may-be-worse', sentence: 'perhaps', numbers: {} };
    expect(uncertainReason({ ...reason, expect: 'held' }).verdict).toBe('inconclusive');
    expect(uncertainReason({ ...reason, expect: 'recovered' }).verdict).toBe('held');
    expect(uncertainReason({ ...reason, window: 'after', expect: 'held' }).verdict).toBe('held');
  });

  it('ignores what is significant and does not matter', () => {
    const steady = Array.from({ length: 60 }, (_, index) => 2 + (index % 3) / 100);
    const slower = steady.map((value) => value * 2);
    expect(compare('latency', steady, slower)).toMatchObject({ outcome: 'not-worse', ratio: 2 });
    const tenth = Array.from({ length: 60 }, (_, index) => 100 + (index % 3));
    expect(
      compare(
        'latency',
        tenth,
        tenth.map((value) => value * 1.1),
      ),
    ).toMatchObject({ outcome: 'not-worse', a12: 1 });
  });

  it('compares failures by their means, also with a reference without any', () => {
    const none = Array<number>(30).fill(0);
    const some = Array.from({ length: 30 }, (_, index) => (index % 4 === 0 ? 0 : 0.1));
    expect(compare('failures', none, some)).toMatchObject({ outcome: 'worse', ratio: null });
    expect(compare('failures', none, none)).toMatchObject({ outcome: 'not-worse', ratio: 0, pValue: 1 });
    expect(compare('failures', some, none)).toMatchObject({ outcome: 'not-worse' });
  });

  it('a larger effect never turns worse into not worse', () => {
    const series = fc.array(fc.integer({ min: 50, max: 200 }), { minLength: 5, maxLength: 40 });
    const factors = fc.tuple(fc.double({ min: 1, max: 3, noNaN: true }), fc.double({ min: 1, max: 3, noNaN: true }));
    fc.assert(
      fc.property(series, series, factors, (x, y, [a, b]) => {
        const outcomes = [Math.min(a, b), Math.max(a, b)].map((factor) => {
          return compare(
            'latency',
            x,
            y.map((value) => value * factor),
          ).outcome;
        });
        expect(outcomes).not.toEqual(['worse', 'not-worse']);
      }),
    );
  });

  it('can be measured on a system with a run without fault', () => {
    const quiet = latencies(600, 0.6, seededRandom(9));
    const { trials, alarms, rate, interval } = falseAlarms('latency', quiet, 30);
    expect(trials).toBe(19);
    expect(rate).toBe(alarms / trials);
    expect(alarms).toBeLessThanOrEqual(1);
    expect(interval.high).toBeLessThan(0.3);
    expect(falseAlarms('latency', [], 30)).toMatchObject({ trials: 0, rate: null, interval: { low: 0, high: 1 } });
    const eager = { ...COMPARISON_RULE, alpha: 1, a12: 0, ratio: 0, latencyDifference: -Infinity };
    expect(falseAlarms('latency', quiet, 30, eager)).toMatchObject({ rate: 1 });
  });
});

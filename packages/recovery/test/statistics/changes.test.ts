import { seededRandom } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bernoulliCusum, cusum } from '../../src/statistics/cusum.ts';
import { eDivisive } from '../../src/statistics/e-divisive.ts';
import { kaplanMeier, medianDuration } from '../../src/statistics/kaplan-meier.ts';
import { mean } from '../../src/statistics/moments.ts';
import { vectors } from './vectors.ts';

const [nile, control] = vectors.change_points;

describe('E-divisive', () => {
  it('dates the change of the Nile flow (1898, R strucchange)', () => {
    const [change, ...more] = eDivisive(nile.data);
    expect(more).toEqual([]);
    expect(change?.index).toBe(nile.expected.change_index_0based_first_of_new_segment);
    expect(change?.pValue).toBeLessThan(1e-6);
    expect(mean(nile.data.slice(0, change?.index))).toBeCloseTo(nile.expected.mean_before, 10);
    expect(mean(nile.data.slice(change?.index))).toBeCloseTo(nile.expected.mean_after, 10);
  });

  it('dates onset and end of an outage', () => {
    const random = seededRandom(5);
    const level = (second: number): number => (second >= 30 && second < 55 ? 400 : 100);
    const series = Array.from({ length: 90 }, (_, second) => level(second) * (0.9 + 0.2 * random.next()));
    expect(eDivisive(series).map(({ index }) => index)).toEqual([30, 55]);
  });

  it('finds nothing where nothing changes, or where there is too little', () => {
    const random = seededRandom(11);
    expect(eDivisive(Array.from({ length: 100 }, () => random.next()))).toEqual([]);
    expect(eDivisive([])).toEqual([]);
    expect(eDivisive([1, 1, 1, 9, 9, 9])).toEqual([]);
    expect(eDivisive(Array(50).fill(3))).toEqual([]);
  });

  it('gives the same answer for shifted and scaled data', () => {
    const moved = nile.data.map((value) => 3 * value - 500);
    expect(eDivisive(moved).map(({ index }) => index)).toEqual([28]);
  });
});

describe('CUSUM', () => {
  it('reproduces the sums of the NIST example', () => {
    const { target, k: slack, h: limit } = control.params;
    const states = cusum(control.data, { target, slack, limit });
    states.forEach(({ high, low }, index) => {
      expect(high).toBeCloseTo(control.expected.S_hi[index] ?? Number.NaN, 9);
      expect(low).toBeCloseTo(control.expected.S_lo[index] ?? Number.NaN, 9);
    });
    expect(states.findIndex(({ signal }) => signal) + 1).toBe(control.expected.first_signal_group_1based);
  });

  it('notices a raised failure share, and forgets single failures', () => {
    const detector = bernoulliCusum();
    for (let probe = 0; probe < 10_000; probe += 1) expect(detector.add(probe % 1000 === 0)).toBe(false);
    const outage = Array.from({ length: 200 }, (_, probe) => detector.add(probe % 10 === 0));
    expect(outage.indexOf(true)).toBe(40);
    detector.reset();
    expect(detector.evidence).toBe(0);
  });

  it('refuses shares that cannot be', () => {
    expect(() => bernoulliCusum({ normal: 0.1, faulty: 0.05 })).toThrow('expected 0 < normal < faulty < 1');
  });
});

describe('Kaplan-Meier', () => {
  it('estimates remission (Freireich 1963, 6-MP arm: R survival::survfit)', () => {
    const ended = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35];
    const durations = [
      ...ended.map((value) => ({ value, censored: false })),
      ...censored.map((value) => ({ value, censored: true })),
    ];
    const steps = kaplanMeier(durations);
    expect(steps.map(({ time }) => time)).toEqual([6, 7, 10, 13, 16, 22, 23]);
    expect(steps.map(({ atRisk }) => atRisk)).toEqual([21, 17, 15, 12, 11, 7, 6]);
    const published = [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448];
    steps.forEach(({ survival }, index) => {
      expect(survival).toBeCloseTo(published[index] ?? Number.NaN, 3);
    });
    expect(medianDuration(durations)).toMatchObject({ median: 23, low: 13, high: null });
  });

  it('without censoring is the share still running', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 40 }), (values) => {
        for (const { time, survival } of kaplanMeier(values.map((value) => ({ value, censored: false })))) {
          expect(survival).toBeCloseTo(values.filter((value) => value > time).length / values.length, 10);
        }
      }),
    );
  });

  it('never claims a median that most have outlived', () => {
    const durations = [
      { value: 5, censored: false },
      { value: 60, censored: true },
      { value: 60, censored: true },
    ];
    expect(medianDuration(durations).median).toBeNull();
    expect(kaplanMeier([])).toEqual([]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Arrivals, arrivalOffsets } from '../../src/sampling/arrivals.ts';
import { mean } from '../../src/statistics/moments.ts';

function first(count: number, arrivals: Arrivals): number[] {
  const offsets = arrivalOffsets(arrivals);
  return Array.from({ length: count }, () => offsets.next().value);
}

const gaps = (offsets: readonly number[]): number[] => offsets.slice(1).map((at, index) => at - (offsets[index] ?? 0));

describe('arrivals', () => {
  it('constant: one every interval, without drift', () => {
    expect(first(4, { kind: 'constant', every: 2.5 })).toEqual([0, 2.5, 5, 7.5]);
    expect(first(3_000_001, { kind: 'constant', every: 0.1 }).at(-1)).toBe(300_000);
  });

  it('Poisson: exponential gaps with the given mean, the same for the same seed', () => {
    const plan = { kind: 'poisson', every: 10, seed: 3 } as const;
    const between = gaps(first(20_000, plan));
    expect(Math.abs(mean(between) - 10)).toBeLessThan(0.3);
    // An exponential gap is longer than its mean with probability 1/e.
    const longer = between.filter((gap) => gap > 10).length / between.length;
    expect(Math.abs(longer - 1 / Math.E)).toBeLessThan(0.015);
    expect(first(50, plan)).toEqual(first(50, plan));
    expect(first(50, { ...plan, seed: 4 })).not.toEqual(first(50, plan));
  });

  it('ramp: as many as the area under the rate, then on at the last rate', () => {
    const offsets = first(200, { kind: 'ramp', from: 0, to: 20, over: 10_000 });
    expect(offsets.filter((at) => at < 10_000)).toHaveLength(100);
    expect(offsets.filter((at) => at < 5_000)).toHaveLength(25);
    expect(offsets[120]).toBeCloseTo(11_000, 6);
    const falling = first(100, { kind: 'ramp', from: 20, to: 10, over: 4_000 });
    expect(falling.filter((at) => at < 4_000)).toHaveLength(60);
    expect(falling[70]).toBeCloseTo(5_000, 6);
  });

  it('a ramp between equal rates is a constant plan', () => {
    const offsets = first(50, { kind: 'ramp', from: 10, to: 10, over: 1_000 });
    offsets.forEach((at, index) => {
      expect(at).toBeCloseTo(index * 100, 6);
    });
  });

  it('every plan ascends', () => {
    const rates = fc.double({ min: 0.1, max: 1000, noNaN: true });
    const plans = fc.oneof(
      fc.record({ kind: fc.constant('constant' as const), every: rates }),
      fc.record({ kind: fc.constant('poisson' as const), every: rates, seed: fc.nat() }),
      fc.record({ kind: fc.constant('ramp' as const), from: rates, to: rates, over: rates }),
    );
    fc.assert(
      fc.property(plans, (plan) => {
        expect(gaps(first(200, plan)).every((gap) => gap >= 0)).toBe(true);
      }),
    );
  });

  it('refuses a plan that never comes', () => {
    expect(() => first(1, { kind: 'constant', every: 0 })).toThrow('expected every > 0, got 0');
    expect(() => first(1, { kind: 'ramp', from: 0, to: 0, over: 1 })).toThrow('expected a ramp');
  });
});

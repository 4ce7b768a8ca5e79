import { describe, expect, it } from 'vitest';
import { delayQuantiles } from '../../src/network/queue/distribution.ts';

const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
const deviation = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((one) => (one - mean(values)) ** 2)));

describe('delay quantiles', () => {
  it('are one value without jitter', () => {
    expect(delayQuantiles(12.5, 0, 'normal')).toEqual([12_500]);
  });

  it('spread evenly over delay ± jitter when uniform', () => {
    const table = delayQuantiles(100, 20, 'uniform');
    expect(table[0]).toBeGreaterThanOrEqual(80_000);
    expect(table.at(-1)).toBeLessThanOrEqual(120_000);
    expect(mean(table)).toBeCloseTo(100_000, -1);
  });

  it.each(['normal', 'pareto', 'paretonormal'] as const)('%s keeps the mean and takes jitter as deviation', (shape) => {
    const table = delayQuantiles(1_000, 10, shape);
    expect(table).toEqual(table.toSorted((a, b) => a - b));
    expect(Math.abs(mean(table) - 1_000_000)).toBeLessThan(1_500);
    // The longest tail is cut off by the number of steps.
    expect(deviation(table)).toBeGreaterThan(6_000);
    expect(deviation(table)).toBeLessThan(11_000);
  });

  it('never go below nothing', () => {
    expect(Math.min(...delayQuantiles(5, 5, 'normal'))).toBe(0);
  });
});

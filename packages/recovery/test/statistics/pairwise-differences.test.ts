import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hodgesLehmann } from '../../src/index.ts';
import { PairwiseDifferences } from '../../src/statistics/pairwise-differences.ts';

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
);
const sample = fc.array(number, { minLength: 1, maxLength: 12 });

describe('the k-th of all differences', () => {
  it('is the one that sorting them all gives', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const listed = x.flatMap((one) => y.map((other) => one - other + 0)).sort((a, b) => a - b);
        const differences = new PairwiseDifferences(x, y);
        expect(listed.map((_, index) => differences.at(index + 1))).toEqual(listed);
        expect(differences.at(0)).toBeNaN();
        expect(differences.at(differences.size + 1)).toBeNaN();
      }),
    );
  });

  it('is found among more of them than there is memory for', () => {
    // An hour of ten checks a second on both sides: 1.3 thousand million differences, 10 GB if they were listed.
    const checks = 36_000;
    const before = Array.from({ length: checks }, (_, index) => index % 1_000);
    const after = before.map((latency) => latency + 250);
    const { estimate, interval } = hodgesLehmann(after, before);
    expect(estimate).toBe(250);
    expect(interval.low).toBeLessThanOrEqual(250);
    expect(interval.high).toBeGreaterThanOrEqual(250);
    expect(interval.high - interval.low).toBeLessThan(20);
  });
});

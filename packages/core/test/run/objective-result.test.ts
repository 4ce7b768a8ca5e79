import { describe, expect, it } from 'vitest';
import { judgeObjective, objectiveLine } from '../../src/run/objective-result.ts';
import { percentile } from '../../src/run/percentile.ts';
import type { Sample } from '../../src/run/sampler.ts';
import { decidingTrials, wilson } from '../../src/run/wilson.ts';
import quantile from './vectors/quantile.json' with { type: 'json' };
import intervals from './vectors/wilson.json' with { type: 'json' };

function samples(healths: readonly Sample['health'][], latency = (index: number): number => index): Sample[] {
  return healths.map((health, index) => ({
    probe: 'p',
    index,
    intended: index,
    started: index,
    ended: index + latency(index),
    latency: latency(index),
    outcome: 'answered',
    health,
  }));
}

const checks = (healthy: number, degraded = 0, unknown = 0): Sample[] =>
  samples([
    ...Array.from({ length: healthy }, () => 'healthy' as const),
    ...Array.from({ length: degraded }, () => 'degraded' as const),
    ...Array.from({ length: unknown }, () => 'unknown' as const),
  ]);

const success = (target: number, of: Sample[]) => judgeObjective({ probe: 'p', success: target }, of)[0];

describe('the Wilson interval', () => {
  it.each(intervals.cases)('of $k in $n is as published', ({ k, n, wilson: expected }) => {
    const { low, high } = wilson(k, n);
    expect(low).toBeCloseTo(expected[0] ?? Number.NaN, 12);
    expect(high).toBeCloseTo(expected[1] ?? Number.NaN, 12);
  });

  it('of nothing is everything', () => {
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('is decided at exactly the number of trials that is announced', () => {
    for (const [share, target] of [
      [1, 0.99],
      [1, 0.95],
      [0.9, 0.95],
      [0.5, 0.8],
    ] as const) {
      const n = decidingTrials(share, target) ?? Number.NaN;
      const decided = (trials: number): boolean => {
        const { low, high } = wilson(share * trials, trials);
        return low >= target || high < target;
      };
      expect([decided(n), decided(n - 1)], `${share} against ${target}, ${n}`).toEqual([true, false]);
    }
    expect(decidingTrials(0.9, 0.9)).toBeNull();
  });
});

describe('percentiles', () => {
  it('are those of NIST (type 1)', () => {
    expect(percentile(quantile.data, 0.5)).toBe(quantile.type1.p50);
    expect(percentile(quantile.data, 0.9)).toBe(quantile.type1.p90);
    expect(percentile(quantile.data, 0.99)).toBe(quantile.type1.p99);
    expect(percentile([], 0.5)).toBeUndefined();
  });
});

describe('an objective', () => {
  it('passes when the whole interval is at or above the target', () => {
    expect(success(0.95, checks(100))).toMatchObject({ outcome: 'pass', observed: 1, needed: null });
  });

  it('fails when the whole interval is below the target', () => {
    expect(success(0.95, checks(80, 20))).toMatchObject({ outcome: 'fail', observed: 0.8 });
  });

  it('is inconclusive in between, and says how many checks would decide', () => {
    expect(success(0.99, checks(100))).toMatchObject({ outcome: 'inconclusive', needed: 381 });
    expect(success(0.95, checks(94, 6))).toMatchObject({ outcome: 'inconclusive', observed: 0.94 });
  });

  it('never passes without data', () => {
    expect(success(0.5, [])).toMatchObject({ outcome: 'inconclusive', observed: null, share: null, needed: null });
    expect(success(0.5, checks(0, 0, 50))).toMatchObject({ outcome: 'inconclusive', checks: 0, unknown: 50 });
  });

  it('does not pass when many checks could not look', () => {
    expect(success(0.9, checks(100, 0, 10))).toMatchObject({ outcome: 'inconclusive', unknown: 10 });
    expect(success(0.9, checks(100, 0, 5))).toMatchObject({ outcome: 'pass' });
  });

  it('of 100 % speaks of the checks themselves', () => {
    expect(success(1, checks(30))).toMatchObject({ outcome: 'pass' });
    expect(success(1, checks(29, 1))).toMatchObject({ outcome: 'fail' });
  });

  it('looks only at its own probe', () => {
    const others = checks(0, 100).map((sample) => ({ ...sample, probe: 'other' }));
    expect(success(0.95, [...checks(100), ...others])).toMatchObject({ outcome: 'pass', checks: 100 });
  });

  it('of a latency is a share within the limit; fast errors are not within it', () => {
    const fast = samples(
      Array.from({ length: 400 }, () => 'healthy'),
      (index) => (index % 50 === 0 ? 500 : 20),
    );
    const [p95] = judgeObjective({ probe: 'p', p95: 100 }, fast);
    expect(p95).toMatchObject({ metric: 'p95', outcome: 'pass', observed: 20, share: 0.98, target: 0.95 });
    const refused = samples(
      Array.from({ length: 200 }, () => 'degraded'),
      () => 1,
    );
    expect(judgeObjective({ probe: 'p', p95: 100 }, refused)[0]).toMatchObject({
      outcome: 'fail',
      share: 0,
      observed: 1,
    });
  });

  it('has one result for each of its limits', () => {
    const results = judgeObjective({ probe: 'p', success: 0.9, p50: 60, p99: 1_000 }, checks(100));
    expect(results.map(({ metric, outcome }) => [metric, outcome])).toEqual([
      ['success', 'pass'],
      ['p50', 'pass'],
      ['p99', 'inconclusive'],
    ]);
    expect(results.map(objectiveLine)[2]).toBe(
      'p p99: 98 ms of 100 checks, limit 1000 ms: inconclusive; 381 checks would decide',
    );
  });
});

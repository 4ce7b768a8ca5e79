import type { Health, StopCondition } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { systemUsage } from '../../src/run/host-usage.ts';
import type { Sample } from '../../src/run/sampler.ts';
import { type StopView, violation } from '../../src/run/stop-condition.ts';

const DAY = 24 * 3_600_000;

function check(ended: number, health: Sample['health'], latency = 10): Sample {
  const intended = ended - latency;
  return { probe: 'p', index: 0, intended, started: intended, ended, latency, outcome: 'answered', health };
}

function look(
  condition: Partial<StopCondition>,
  samples: readonly Sample[],
  view: Partial<StopView> = {},
): string | undefined {
  const now = 60_000;
  const seen = (_: string, from: number): Sample[] => samples.filter(({ ended }) => ended >= from);
  const latest = (_: string, count: number): Sample[] => samples.slice(-count);
  const health = (): ReturnType<StopView['health']> => ({ score: 1, checks: samples.length });
  const usual = { now, since: 0, samples: seen, latest, health, longestGap: () => 1_100, usage: () => null };
  const full: StopView = { ...usual, ...view };
  return violation({ over: 5_000, ...condition }, full)?.sentence;
}

const recent = (healths: readonly Sample['health'][], latency = 10): Sample[] =>
  healths.map((health, index) => check(59_000 + index, health, latency));
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe('a stop condition', () => {
  it('on success looks at the last window only', () => {
    const condition = { probe: 'p', successBelow: 0.5 };
    const old = times(100, check(10_000, 'degraded'));
    expect(look(condition, [...old, ...recent(times<Health>(10, 'healthy'))])).toBeUndefined();
    expect(look(condition, recent([...times<Health>(4, 'healthy'), ...times<Health>(6, 'degraded')]))).toBe(
      'p: 40.0 % of checks healthy over 5000 ms, limit 50.0 %',
    );
  });

  it('takes a check that could not look for no success', () => {
    expect(
      look({ probe: 'p', successBelow: 0.5 }, recent([...times<Health>(4, 'healthy'), ...times<Health>(6, 'unknown')])),
    ).toContain('40.0 %');
  });

  it('is not broken by a handful of checks, and is broken by none at all', () => {
    const condition = { probe: 'p', successBelow: 0.5 };
    expect(look(condition, recent(times(4, 'degraded')))).toBeUndefined();
    expect(look(condition, [])).toBe('p: no check could look for 10000 ms');
    expect(look(condition, [], { since: 55_000 })).toBeUndefined();
  });

  it('on health looks at the score of the run, and stops when nobody can see it', () => {
    const at = (score: number | null, checks: number): Partial<StopView> => ({ health: () => ({ score, checks }) });
    const condition = { healthBelow: 0.8 };
    expect(look(condition, [], at(0.8, 50))).toBeUndefined();
    expect(look(condition, [], at(0.79, 50))).toBe('health score 79.0 % over 5000 ms, limit 80.0 %');
    expect(look(condition, [], at(0.2, 4))).toBeUndefined();
    expect(look(condition, [], at(null, 0))).toBe('no check could look for 5000 ms: health unknown');
    expect(look(condition, [], { ...at(null, 0), since: 55_000 })).toBeUndefined();
  });

  it('reaches back when a slow probe has too few checks in the window', () => {
    const slow = [30_000, 36_000, 42_000, 48_000, 54_000, 60_000].map((ended) => check(ended, 'degraded'));
    expect(look({ probe: 'p', successBelow: 0.5 }, slow, { longestGap: () => 7_000 })).toContain('0.0 %');
  });

  it('gives a slow probe the time of two checks before it counts as blind', () => {
    const condition = { probe: 'p', successBelow: 0.5, over: 1_000 };
    const healthy = times(5, check(52_000, 'healthy'));
    expect(look(condition, healthy, { longestGap: () => 7_000 })).toBeUndefined();
    expect(look(condition, healthy, { longestGap: () => 3_000 })).toBe('p: no check could look for 6000 ms');
  });

  it('on latency looks at the p95', () => {
    const condition = { probe: 'p', p95Above: 100 };
    expect(look(condition, recent(times(20, 'healthy'), 100))).toBeUndefined();
    expect(look(condition, recent(times(20, 'healthy'), 101))).toBe('p: p95 101 ms over 5000 ms, limit 100 ms');
  });

  it('on the error budget counts what this run spent of 30 days', () => {
    const condition = { probe: 'p', errorBudgetSpent: 0.02, slo: 0.999 };
    const view = { now: 0.001 * 30 * DAY, since: 0 };
    const bad = (failures: number): Sample[] => [
      ...times(failures, check(view.now, 'degraded')),
      ...times(1_000 - failures, check(view.now, 'healthy')),
    ];
    expect(look(condition, bad(19), view)).toBeUndefined();
    expect(look(condition, bad(21), view)).toBe("p: 2.1 % of the month's error budget spent, limit 2.0 %");
    expect(look({ ...condition, errorBudgetSpent: 0.0001 }, bad(9), view)).toBeUndefined();
  });

  it('on the host looks at the mean over the window', () => {
    const usage = (what: 'cpu' | 'memory', from: number): number => (what === 'cpu' && from === 55_000 ? 0.97 : 0.2);
    expect(look({ cpuAbove: 0.95 }, [], { usage })).toBe('cpu use of the host 97.0 % over 5000 ms, limit 95.0 %');
    expect(look({ memoryAbove: 0.9 }, [], { usage })).toBeUndefined();
    expect(look({ cpuAbove: 0.95 }, [])).toBeUndefined();
  });
});

describe('the use of the host', () => {
  it('is a share, of CPU since the reading before', () => {
    const series = systemUsage.begin();
    expect(series.read().cpu).toBeNull();
    let reading = series.read();
    // The kernel counts in ticks of 10 ms; the first of them may be one in which another core stood idle.
    while (reading.cpu === null || reading.cpu === 0) reading = series.read();
    expect(reading.cpu).toBeLessThanOrEqual(1);
    expect(reading.memory).toBeGreaterThan(0);
    expect(reading.memory).toBeLessThan(1);
  });
});

import { seededRandom } from '@bridge/chaos-core';
import { regression } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { type RunStory, reportOf } from '../report/report-of.ts';

/** A run of three phases of 40 s; the level of latency during the failure is given. */
function steady(seed: number, level: number, failed = 0): RunStory {
  const random = seededRandom(seed);
  const seconds = Array.from({ length: 120 }, (_, at) => {
    const during = at >= 40 && at < 80;
    return { p50: (during ? level : 40) * (0.9 + 0.2 * random.next()), failed: during ? failed : 0 };
  });
  return { seconds, failure: [40, 80] };
}

const recoveredIn = (...times: readonly (number | null)[]) =>
  times.map((time) =>
    reportOf({
      impact: 10_000,
      recovered: time === null ? null : 10_000 + time,
      verdict: time === null ? 'failed' : 'recovered',
    }),
  );

describe('regression()', () => {
  it('finds nothing between two runs alike, and says what it compared', () => {
    const { outcome, findings } = regression([reportOf(steady(1, 60))], [reportOf(steady(2, 60))]);
    expect(outcome).toBe('no-regression');
    expect(findings.map(({ metric, outcome: one }) => `${metric} ${one}`)).toEqual([
      'verdict not-worse',
      'time-to-recover too-few',
      ...Array.from({ length: 3 }, () => ['latency not-worse', 'failures not-worse']).flat(),
    ]);
  });

  it('finds that the system is half as slow again under the same fault, and only there', () => {
    const { outcome, findings } = regression([reportOf(steady(1, 90))], [reportOf(steady(2, 60))]);
    expect(outcome).toBe('regressed');
    const worse = findings.filter((finding) => finding.outcome === 'worse');
    expect(worse).toMatchObject([{ metric: 'latency', probe: 'web', phase: 'failure' }]);
    expect(worse[0]?.sentence).toMatch(/^web, failure: median latency [89]\d\.\d ms, [56]\d\.\d ms before$/);
  });

  it('finds that more checks fail', () => {
    const { findings } = regression([reportOf(steady(1, 60, 0.2))], [reportOf(steady(2, 60))]);
    const worse = findings.filter((finding) => finding.outcome === 'worse');
    expect(worse.map(({ sentence }) => sentence)).toEqual(['web, failure: failed checks 20.0 %, 0.0 % before']);
  });

  it('finds that one run failed where the stored one passed', () => {
    const { outcome, findings } = regression([reportOf({ verdict: 'failed' })], [reportOf({ verdict: 'held' })]);
    expect(outcome).toBe('regressed');
    expect(findings[0]).toEqual({ metric: 'verdict', outcome: 'worse', sentence: 'failed, held before' });
    expect(regression([reportOf({ verdict: 'held' })], [reportOf({ verdict: 'failed' })]).outcome).toBe(
      'no-regression',
    );
  });

  it('compares pass rates of many runs', () => {
    const runs = (passed: number, failed: number) => [
      ...Array.from({ length: passed }, () => reportOf({ verdict: 'held' })),
      ...Array.from({ length: failed }, () => reportOf({ verdict: 'failed' })),
    ];
    const worse = regression(runs(4, 6), runs(10, 0)).findings[0];
    expect(worse).toMatchObject({
      metric: 'pass-rate',
      outcome: 'worse',
      sentence: '4 of 10 runs passed, 10 of 10 before',
    });
    // One failure of ten is no proof of anything.
    expect(regression(runs(9, 1), runs(10, 0)).findings[0]).toMatchObject({ outcome: 'not-worse' });
    // Runs that tell nothing are not compared.
    const blind = [reportOf({ verdict: 'invalid' })];
    expect(regression(blind, blind)).toMatchObject({ outcome: 'undecided' });
  });

  it('does not clear what cannot be told: several runs beside a single one, seconds that are restless', () => {
    const failed = (count: number) => Array.from({ length: count }, () => reportOf({ verdict: 'failed' }));
    const held = reportOf({ verdict: 'held' });
    for (const count of [1, 2, 5, 18, 19]) expect(regression(failed(count), [held]).outcome).toBe('regressed');
    const mixed = regression([...failed(2), held], [held]);
    expect(mixed.findings[0]).toMatchObject({ metric: 'pass-rate', outcome: 'uncertain' });
    expect(mixed.outcome).toBe('undecided');
    const seconds = (...levels: number[]): RunStory => {
      return { seconds: levels.map((p50) => ({ p50, failed: 0 })), failure: [0, levels.length] };
    };
    const before = reportOf(seconds(20, 21, 22, 23, 24, 25));
    const restless = regression([reportOf(seconds(200, 201, 24.5, 203, 204, 22.5))], [before]);
    expect(restless.findings.map(({ outcome }) => outcome)).toContain('uncertain');
    expect(restless.outcome).toBe('undecided');
  });

  it('compares times to recover, those that were cut off as longer than all others', () => {
    const before = recoveredIn(10_000, 11_000, 12_000, 13_000, 14_000);
    const slower = regression(recoveredIn(20_000, 21_000, 22_000, 23_000, 24_000), before).findings[1];
    expect(slower).toMatchObject({ outcome: 'worse', sentence: 'median time to recover 22.0 s, 12.0 s before' });
    const never = regression(recoveredIn(20_000, null, null, null, 24_000), before).findings[1];
    expect(never).toMatchObject({ outcome: 'worse', sentence: expect.stringContaining('beyond the deadline') });
    // Surely longer, by half a second: it does not matter.
    const alike = regression(
      recoveredIn(14_100, 14_200, 14_300, 14_400, 14_500),
      before.map((report) => report),
    );
    expect(alike.findings[1]).toMatchObject({ outcome: 'not-worse' });
  });

  it('refuses reports of different experiments, or none', () => {
    expect(() => regression([reportOf()], [reportOf({ name: 'other' })])).toThrow(
      /CHAOS_REPORT_UNFIT: expected reports of one experiment, got "db gone", "other"/,
    );
    expect(() => regression([], [reportOf()])).toThrow(
      /CHAOS_REPORT_UNFIT: expected at least one current and one stored/,
    );
  });
});

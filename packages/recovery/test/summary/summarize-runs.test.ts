import type { Report } from '@bridge/chaos-core';
import { scenarioResult, scenarioSummary, summarizeRuns } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { type RunStory, reportOf } from '../report/report-of.ts';

let count = 0;

/** A run in which users were hit for so many seconds; null: until the end. */
function hit(seconds: number | null, story: RunStory = {}): Report {
  count += 1;
  const impact = 10_000;
  const recovered = seconds === null ? null : impact + seconds * 1000;
  return reportOf({
    id: `run-${count}`,
    startedAt: new Date(count * 60_000).toISOString(),
    verdict: seconds === null ? 'failed' : 'recovered',
    impact,
    detect: impact + 2_000,
    recovered,
    until: 400_000,
    removed: null,
    ...story,
  });
}

const codes = (reports: readonly Report[]): string[] => summarizeRuns(reports).recommendations.map(({ code }) => code);

describe('summary over many runs', () => {
  it('gives times to recover and to detect with what was cut off, and the pass rate', () => {
    const reports = [
      ...[20, 30, 40, 50].map((seconds) => hit(seconds)),
      hit(null),
      reportOf({ id: 'calm', verdict: 'held' }),
    ];
    const summary = summarizeRuns(reports);
    expect(summary).toMatchObject({ runs: 6, passed: 5, impacts: 5, verdicts: { recovered: 4, failed: 1, held: 1 } });
    expect(summary.timeToRecover).toMatchObject({
      count: 5,
      censored: 1,
      median: 40_000,
      meanIsLowerBound: true,
      max: 390_000,
    });
    expect(summary.timeToDetect).toMatchObject({ count: 5, censored: 0, mean: 2_000 });
    expect(summary.passInterval.low).toBeLessThan(5 / 6);
  });

  it('holds the runs against targets, and takes what is not known for unknown', () => {
    const outcomes = (reports: readonly Report[]) =>
      Object.fromEntries(summarizeRuns(reports).slos.map(({ slo, outcome }) => [slo, outcome]));
    const calm = { seconds: Array.from({ length: 300 }, () => ({ p50: 10 })) };
    expect(outcomes([hit(60, calm), hit(90, calm)])).toEqual({
      meanTimeToRecover: 'met',
      longestTimeToRecover: 'met',
      timeToDetect: 'met',
      validation: 'unknown',
      success: 'met',
    });
    expect(outcomes([reportOf({ verdict: 'held' })])).toMatchObject({
      meanTimeToRecover: 'unknown',
      success: 'unknown',
    });
    // Cut off after 60 s: the mean may be anything above.
    const cut = hit(null, { until: 70_000 });
    expect(outcomes([cut])).toMatchObject({ meanTimeToRecover: 'unknown', longestTimeToRecover: 'unknown' });
    expect(outcomes([hit(null)])).toMatchObject({ meanTimeToRecover: 'broken', longestTimeToRecover: 'broken' });
    const failing = { seconds: Array.from({ length: 60 }, () => ({ p50: 10, failed: 0.1 })) };
    expect(outcomes([hit(60, failing)])).toMatchObject({ success: 'broken' });
    const [{ slo, target } = {}] = summarizeRuns([cut], { meanTimeToRecover: '1 minute' }).slos;
    expect([slo, target]).toEqual(['meanTimeToRecover', 60_000]);
  });

  it('names the evidence of every recommendation', () => {
    const slow = hit(310, { name: 'coordinator' });
    const fast = [hit(20), hit(25)];
    const { recommendations } = summarizeRuns([slow, ...fast]);
    expect(recommendations).toEqual([
      {
        code: 'slo-broken-longest-time-to-recover',
        sentence: 'The longest recovery took 310.0 s, more than 300.0 s. Look at these runs first.',
        evidence: [slow.id],
      },
      {
        code: 'slow-scenario',
        sentence:
          '"coordinator" recovers slowly: median 310.0 s, 22.5 s elsewhere. Consider a faster start or a standby.',
        evidence: [slow.id],
      },
    ]);
  });

  it.each([
    ['not-proven-undone', [hit(20, { verdict: 'leaked' })]],
    ['not-recovered', [hit(null)]],
    ['slo-broken-mean-time-to-recover', [hit(200)]],
    ['slo-broken-time-to-detect', [hit(60, { detect: 50_000 })]],
    ['not-detected', [hit(20, { detect: null })]],
    ['slow-aftermath', [hit(60, { removed: 12_000 })]],
    ['relapse', [hit(20, { relapses: 1 })]],
    ['flapping', [hit(20, { verdict: 'flapping' })]],
    ['nothing-learnt', [reportOf({ verdict: 'inconclusive' })]],
  ])('recommends to look at %s', (code, reports) => {
    expect(codes(reports)).toContain(code);
  });

  it('recommends nothing when all is well', () => {
    expect(codes([hit(20), hit(25), reportOf({ verdict: 'held' })])).toEqual([]);
  });

  it('sees that recovery gets slower, whatever the order of the reports', () => {
    const older = [20, 21, 22, 23, 24].map((seconds) => hit(seconds));
    const newer = [40, 41, 42, 43, 44].map((seconds) => hit(seconds));
    const { trend, recommendations } = summarizeRuns([...newer, ...older]);
    expect(trend).toMatchObject({ direction: 'slower', medians: [22_000, 42_000] });
    expect(recommendations.map(({ code }) => code)).toContain('recovery-gets-slower');
    expect(summarizeRuns(older.slice(0, 4)).trend).toEqual({ direction: 'unknown', needed: 4 });
    const alike = [20, 25, 22, 27, 21, 26, 23, 24].map((seconds) => hit(seconds));
    expect(summarizeRuns(alike).trend).toMatchObject({ direction: 'steady' });
  });

  it('refuses to summarize nothing', () => {
    expect(() => summarizeRuns([])).toThrow(/CHAOS_REPORT_UNFIT: expected at least one report/);
  });
});

describe('results under the names of document 004', () => {
  it('has one object per run', () => {
    const seconds = [...Array.from({ length: 9 }, () => ({ p50: 10 })), { p50: 10, failed: 1 }];
    expect(
      scenarioResult(hit(45.2, { name: 'coordinator_outage', seconds, startedAt: '2024-12-22T10:00:00.000Z' })),
    ).toEqual({
      test_start: '2024-12-22T10:00:00.000Z',
      test_end: '2026-01-01T00:01:00.000Z',
      scenario: 'coordinator_outage',
      mttr: 45.2,
      mttr_at_least: null,
      error_count: 20,
      success_count: 180,
      recovery_time: 45.2,
    });
    expect(scenarioResult(hit(null))).toMatchObject({ mttr: null, mttr_at_least: 390, recovery_time: null });
  });

  it('has one object for all', () => {
    const { summary, slo_compliance, recommendations, scenarios } = scenarioSummary([hit(45.2), hit(120.5), hit(300)]);
    expect(summary).toMatchObject({
      total_scenarios: 3,
      successful_scenarios: 3,
      max_mttr: 300,
      min_mttr: 45.2,
      censored_scenarios: 0,
    });
    expect(summary.average_mttr).toBeCloseTo(155.233, 3);
    expect(slo_compliance).toMatchObject({ mttr_average: false, mttr_maximum: true, success_rate: null });
    expect(recommendations[0]).toMatch(
      /^Average MTTR of 155\.2 s exceeds 120\.0 s\. Consider improving recovery automation\. \(run-/,
    );
    expect(scenarios).toHaveLength(3);
  });
});

import type { GameDayReport, SuiteResult } from '@bridge/chaos-core';
import { gameDayMarkdown, suiteLines, summarizeSuite } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';

const nobody = { human: null, automatic: null, first: 'nobody' } as const;
const REPORT: GameDayReport = {
  format: 'bridge-chaos/game-day',
  version: 1,
  name: 'autumn | drill',
  description: 'once a year',
  startedAt: '2026-11-22T09:00:00.000Z',
  endedAt: '2026-11-22T10:00:00.000Z',
  roles: { facilitator: ['ana'], responder: ['ben'], observer: [], scribe: [] },
  ended: 'aborted',
  injects: [
    {
      number: 1,
      title: 'inject 1',
      hidden: true,
      scenario: 'database_latency',
      parameters: {},
      expected: null,
      seal: '00',
      opened: '{}',
      run: {
        id: 'run-1',
        verdict: 'recovered',
        passed: true,
        timeToRecover: 61_000,
        countedFrom: 'impact',
        detection: {
          human: { by: 'ben', after: 12_340 },
          automatic: { by: 'watchdog', after: 2_000 },
          first: 'automatic',
        },
        action: nobody,
        falseAlarms: [],
      },
    },
    {
      number: 2,
      title: 'inject 2',
      hidden: true,
      scenario: 'service_crash',
      parameters: {},
      expected: null,
      seal: '00',
      opened: '{}',
      run: null,
    },
  ],
  detection: { human: { mean: 12_340, observed: 1, missed: 0 }, automatic: { mean: 2_000, observed: 1, missed: 0 } },
  action: { human: { mean: null, observed: 0, missed: 1 }, automatic: { mean: null, observed: 0, missed: 1 } },
  timeline: [{ at: 1_500, kind: 'note', by: 'ben', text: '<b>odd</b> | [link](x)', inject: 1 }],
};

describe('a game day as Markdown', () => {
  const text = gameDayMarkdown(REPORT);

  it('sets people beside programs, inject by inject and on average', () => {
    expect(text).toContain(
      '| inject 1 | database_latency | recovered | 12.3 s (ben) | 2.0 s (watchdog) | nobody | nobody | 61.0 s |',
    );
    expect(text).toContain('| inject 2 | service_crash | not run | | | | | |');
    expect(text).toContain('| mean | | | 12.3 s | 2.0 s | –, missed 1 | –, missed 1 | |');
  });

  it('lets nobody write a tag, a cell or a link into it', () => {
    expect(text).toContain('# autumn \\| drill');
    expect(text).toContain('| 1.5 s | note | ben | \\<b\\>odd\\</b\\> \\| \\[link\\](x) |');
  });
});

describe('a suite in lines', () => {
  it('never counts what did not run as passed, and leaves out what was left out', () => {
    const result: SuiteResult = {
      suite: 'basic_resilience',
      ended: 'leaked',
      passed: false,
      runs: [
        { name: 'a', scenario: 'service_crash', outcome: 'left-out' },
        {
          name: 'b',
          scenario: 'service_pause',
          outcome: 'not-run',
          reason: 'a fault of an earlier run could not be proven undone',
        },
      ],
    };
    const summary = summarizeSuite(result);
    expect(summary).toMatchObject({ runs: null, scenarios: [{ name: 'b', verdict: null, passed: false }] });
    expect(suiteLines(summary)).toEqual([
      'suite basic_resilience: 0 of 1 passed, leaked',
      '  b: not run: a fault of an earlier run could not be proven undone',
    ]);
  });
});

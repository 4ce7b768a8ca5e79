import type { Report } from '@bridge/chaos-core';
import { seededRandom } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { repeat, repetitionLines } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { reportOf } from '../report/report-of.ts';

const runsOf = (verdicts: readonly Report['verdict'][]) => async (index: number) =>
  reportOf({ verdict: verdicts[index % verdicts.length] ?? 'held' });

describe('repeat()', () => {
  it('stops as soon as it is known that the system passes often enough', async () => {
    const indexes: number[] = [];
    const result = await repeat(
      async (index) => {
        indexes.push(index);
        return reportOf({ verdict: 'held' });
      },
      { atMost: 100 },
    );
    expect(result).toMatchObject({ decision: 'accepted', ended: 'decided', passed: 10, counted: 10, passRate: 1 });
    expect(indexes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(result.interval.low).toBeGreaterThan(0.5);
    expect(repetitionLines(result)).toEqual([
      'accepted: 10 of 10 runs passed',
      `  pass rate 100.0 %, 95 % between ${(100 * result.interval.low).toFixed(1)} % to 100.0 %`,
    ]);
  });

  it('stops as soon as it is known that it does not', async () => {
    const result = await repeat(runsOf(['failed']));
    expect(result).toMatchObject({ decision: 'rejected', ended: 'decided', passed: 0, counted: 2 });
  });

  it('never takes a run that tells nothing for one that passed', async () => {
    const result = await repeat(runsOf(['invalid', 'inconclusive']), { atMost: 6 });
    expect(result).toMatchObject({ decision: 'undecided', ended: 'limit', counted: 0, uncounted: 6, passRate: null });
    expect(result.interval).toEqual({ low: 0, high: 1 });
    expect(repetitionLines(result)[0]).toBe(
      'undecided: 0 of 0 runs passed, 6 more told nothing; more runs would be needed to tell',
    );
  });

  it.each(['leaked', 'aborted'] as const)('breaks nothing more after a run that was %s', async (verdict) => {
    const result = await repeat(runsOf(['held', verdict]));
    expect(result).toMatchObject({ ended: verdict, counted: 1, uncounted: 1 });
  });

  it('makes as many runs as it must, and rests in between', async () => {
    const clock = virtualClock();
    const at: number[] = [];
    const run = async (): Promise<Report> => {
      at.push(clock.now());
      return reportOf({ verdict: 'held' });
    };
    const repeating = repeat(run, { atLeast: 12, pause: '1m', clock });
    await clock.advance(20 * 60_000);
    expect(await repeating).toMatchObject({ decision: 'accepted', counted: 12 });
    expect(at.map((time) => time - (at[0] ?? 0))).toEqual(Array.from({ length: 12 }, (_, index) => index * 60_000));
  });

  it('begins no run once it was told to stop', async () => {
    const controller = new AbortController();
    const result = await repeat(
      async () => {
        controller.abort();
        return reportOf({ verdict: 'held' });
      },
      { signal: controller.signal, pause: '1h' },
    );
    expect(result).toMatchObject({ ended: 'aborted', counted: 1 });
  });

  it('rejects a good system, and accepts a bad one, in about 5 % of cases at most', async () => {
    const random = seededRandom(3);
    const decisions = async (rate: number): Promise<string[]> => {
      const all: string[] = [];
      for (let trial = 0; trial < 400; trial += 1) {
        const verdict = (): Report['verdict'] => (random.next() < rate ? 'held' : 'failed');
        all.push((await repeat(async () => reportOf({ verdict: verdict() }), { atMost: 200 })).decision);
      }
      return all;
    };
    const share = (all: readonly string[], decision: string): number =>
      all.filter((one) => one === decision).length / all.length;
    // Wald's bound is on the sum of both errors; three standard errors of 400 trials on top.
    expect(share(await decisions(0.95), 'rejected')).toBeLessThan(0.085);
    expect(share(await decisions(0.7), 'accepted')).toBeLessThan(0.085);
  });
});

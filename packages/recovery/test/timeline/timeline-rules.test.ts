import { incidents } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { summarizeDurations } from '../../src/timeline/duration-summary.ts';
import { vectors } from '../statistics/vectors.ts';

describe('impact, recovery and flaps', () => {
  it.each(vectors.timeline_rules.cases)('$name', ({ trace, dt_ms, params, expected }) => {
    const { k, n, hold_ms: hold, ratio, flap_min_ms: flapMin } = params;
    const ticks = [...trace].map((mark, index) => ({ at: index * dt_ms, ok: mark === '.', failed: mark === 'x' }));
    const found = incidents(ticks, { k, n, hold, ratio, flapMin });
    expect(found).toEqual(
      expected.map(({ onset, confirmed_bad, flaps, recovered, confirmed_recovered }) => {
        return { onset, confirmedBad: confirmed_bad, flaps, recovered, confirmed: confirmed_recovered };
      }),
    );
    expected.forEach(({ ttr, ttr_at_least }, index) => {
      const { onset = 0, recovered = null } = found[index] ?? {};
      const end = ticks.at(-1)?.at ?? 0;
      expect(recovered === null ? null : recovered - onset).toBe(ttr);
      if (ttr_at_least !== undefined) expect(end - onset).toBe(ttr_at_least);
    });
  });
});

describe('times to recover over several runs', () => {
  const seen = (value: number) => ({ value, censored: false });
  const cut = (value: number) => ({ value, censored: true });

  it('gives mean, median, p90 and maximum of five or more', () => {
    expect(summarizeDurations([10, 20, 30, 40, 100].map(seen))).toEqual({
      count: 5,
      censored: 0,
      mean: 40,
      meanIsLowerBound: false,
      median: 30,
      p90: 100,
      max: 100,
      values: [],
    });
  });

  it('never averages a time that was cut off as if it had been observed', () => {
    const summary = summarizeDurations([...[10, 20, 30, 40].map(seen), cut(25), cut(300)]);
    expect(summary).toMatchObject({ count: 6, censored: 2, meanIsLowerBound: true, median: 30, p90: null, max: 300 });
  });

  it('has no median when most were cut off', () => {
    expect(summarizeDurations([seen(10), cut(300), cut(300), cut(300), cut(300)])).toMatchObject({ median: null });
  });

  it('shows fewer than five one by one, without a mean', () => {
    const few = [seen(10), cut(300)];
    expect(summarizeDurations(few)).toMatchObject({
      count: 2,
      mean: null,
      median: null,
      p90: null,
      max: 300,
      values: few,
    });
    expect(summarizeDurations([])).toMatchObject({ count: 0, max: null, values: [] });
  });
});

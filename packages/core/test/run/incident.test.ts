import { describe, expect, it } from 'vitest';
import { type Incident, incidents, type Tick } from '../../src/run/incident.ts';
import generated from './vectors/timeline-random.json' with { type: 'json' };
import rules from './vectors/timeline-rules.json' with { type: 'json' };

interface TraceCase {
  readonly trace: string;
  readonly dt_ms: number;
  readonly params: { k: number; n: number; hold_ms: number; ratio: number; flap_min_ms: number };
}

function evaluate({ trace, dt_ms, params }: TraceCase): object[] {
  const ticks = [...trace].map((mark, index): Tick => ({ at: index * dt_ms, ok: mark === '.', failed: mark === 'x' }));
  const { k, n, hold_ms: hold, ratio, flap_min_ms: flapMin } = params;
  const end = (trace.length - 1) * dt_ms;
  return incidents(ticks, { k, n, hold, ratio, flapMin }).map((incident) => inVectorTerms(incident, end));
}

function inVectorTerms({ onset, confirmedBad, flaps, recovered, confirmed }: Incident, end: number): object {
  const common = { onset, confirmed_bad: confirmedBad, flaps, recovered, confirmed_recovered: confirmed };
  return recovered === null
    ? { ...common, ttr: null, censored: true, ttr_at_least: end - onset }
    : { ...common, ttr: recovered - onset, censored: false };
}

describe('incidents of a trace', () => {
  it.each(rules.cases)('$name', (testCase) => {
    expect(evaluate(testCase)).toEqual(testCase.expected);
  });

  it('are those of the reference implementation on 120 generated traces', () => {
    for (const testCase of generated.cases) expect(evaluate(testCase), testCase.trace).toEqual(testCase.expected);
  });

  it('take a check that could not look neither for a failure nor for a success', () => {
    const ticks = [...'xxx'.padEnd(10, '?').padEnd(40, '.')].map(
      (mark, index): Tick => ({ at: index * 1000, ok: mark === '.', failed: mark === 'x' }),
    );
    const rule = { k: 3, n: 5, hold: 10_000, ratio: 0.99, flapMin: 2_000 };
    expect(incidents(ticks, rule)).toMatchObject([{ onset: 0, recovered: 10_000 }]);
    expect(
      incidents(
        ticks.map((tick) => ({ ...tick, failed: false })),
        rule,
      ),
    ).toEqual([]);
  });

  it('stay quick on a long trace', { timeout: 5_000 }, () => {
    const ticks = Array.from({ length: 200_000 }, (_, index): Tick => {
      const failed = index % 7 < 3;
      return { at: index * 10, ok: !failed, failed };
    });
    expect(incidents(ticks, { k: 3, n: 20, hold: 10_000, ratio: 0.99, flapMin: 2_000 })).toHaveLength(1);
  });
});

import {
  coreJudge,
  type Evidence,
  type Experiment,
  type FaultRecord,
  type JudgeOptions,
  passes,
  type Sample,
  type SamplerHealth,
  VERDICTS,
} from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { verdictOf } from '../../src/run/verdict.ts';

const EVERY = 100;

const target = { kind: 'service', id: 'a', name: 'a', labels: {}, startedAt: '0' };

const fault: FaultRecord = {
  outcome: 'injected',
  step: 'step-1',
  type: 'service.disturb',
  target,
  params: {},
  id: 'fault-1',
  momentary: false,
  state: { phase: 'reverted', cause: 'hold-over', reversal: { observation: 'absent', at: 30_000, looks: 1 } },
  facts: {
    requestedAt: 20_000,
    acknowledgedAt: 20_000,
    effectiveAt: 20_000,
    removedAt: 30_000,
    effect: { observation: 'present', at: 20_000, looks: 1 },
    reversal: { observation: 'absent', at: 30_000, looks: 1 },
    counters: null,
  },
};

const experiment: Experiment = {
  name: 'e',
  tags: [],
  configuration: {},
  secrets: {},
  steadyState: {
    probes: [{ name: 'p', type: 'service', every: EVERY, timeout: 1_000, options: {} }],
    objectives: [{ probe: 'p', success: 0.9 }],
  },
  baseline: 20_000,
  faults: [],
  recovery: { within: 20_000, hold: 5_000, success: 0.99 },
  expect: 'recovered',
  stopWhen: [],
  maxDuration: 900_000,
};

type HealthAt = (at: number) => Sample['health'];
const bad =
  (from: number, to: number): HealthAt =>
  (at) =>
    at >= from && at < to ? 'degraded' : 'healthy';

function samples(health: HealthAt, until = 60_000): Sample[] {
  return Array.from({ length: until / EVERY }, (_, index) => {
    const intended = index * EVERY;
    const common = { probe: 'p', index, intended, started: intended, ended: intended + 10, latency: 10 } as const;
    return { ...common, outcome: 'answered', health: health(intended) };
  });
}

const sampler = (changes: Partial<SamplerHealth['probes'][number]> = {}): SamplerHealth => ({
  probes: [{ probe: 'p', every: EVERY, planned: 600, sent: 600, rate: 1, lagP99: 1, shed: 0, ...changes }],
});

async function judge(changes: Partial<Evidence> = {}, options: JudgeOptions = {}) {
  const evidence: Evidence = {
    experiment,
    phases: [
      { phase: 'baseline', from: 0, to: 20_000 },
      { phase: 'failure', from: 20_000, to: 30_000 },
    ],
    samples: samples(bad(21_000, 31_000)),
    sampler: sampler(),
    faults: [fault],
    signals: [],
    deadline: 50_000,
    aborted: null,
    problems: [],
    ...changes,
  };
  return coreJudge(options).judge(evidence);
}

const verdictAnd = async (changes: Partial<Evidence>, options?: JudgeOptions): Promise<string> => {
  const { verdict, reasons } = await judge(changes, options);
  return `${verdict}: ${reasons[0]?.code}`;
};

const strict = {
  ...experiment,
  steadyState: { ...experiment.steadyState, objectives: [{ probe: 'p', success: 0.99 }] },
};
const held = { ...experiment, expect: 'held' } as const;
const healthy = samples(() => 'healthy');

describe('the core judge', () => {
  it.each<[string, string, Partial<Evidence>]>([
    ['a clean recovery', 'recovered: impact', {}],
    ['no impact', 'held: no-impact', { samples: healthy }],
    ['a broken objective that was expected to hold', 'failed: objective-broken', { experiment: held }],
    ['a system that never comes back', 'failed: not-recovered', { samples: samples(bad(21_000, 60_000)) }],
    ['a system that comes back too late', 'failed: recovered-late', { deadline: 30_500 }],
    [
      'an objective still broken after the recovery',
      'failed: objective-broken-after',
      {
        experiment: strict,
        samples: samples((at) => (at >= 37_000 && at % 2_000 === 0 ? 'degraded' : bad(21_000, 31_000)(at))),
      },
    ],
    ['a sampler that sent too little', 'invalid: sampler-slow', { sampler: sampler({ sent: 500, rate: 0.83 }) }],
    ['a sampler that shed', 'invalid: sampler-shed', { sampler: sampler({ shed: 10, sent: 590, rate: 0.98 }) }],
    ['a late sampler and bad results', 'invalid: sampler-late', { sampler: sampler({ lagP99: 80 }) }],
    ['a late sampler and good results', 'held: no-impact', { sampler: sampler({ lagP99: 80 }), samples: healthy }],
    ['lost samples', 'invalid: samples-lost', { sampler: sampler({ planned: 601, sent: 601 }) }],
    ['failures in the baseline', 'invalid: baseline-broken', { samples: samples(bad(5_000, 6_000)) }],
    [
      'a broken objective in the baseline',
      'invalid: baseline-broken',
      { samples: samples((at) => (at % 500 === 0 ? 'degraded' : 'healthy')) },
    ],
    [
      'a step that failed',
      'invalid: target-not-found',
      { problems: [{ code: 'target-not-found', message: 'nobody' }] },
    ],
    ['blind probes', 'inconclusive: probe-blind', { samples: samples((at) => (at > 20_000 ? 'unknown' : 'healthy')) }],
    [
      'too few checks',
      'inconclusive: too-few-checks',
      { samples: samples(() => 'healthy', 21_000), sampler: sampler({ planned: 210, sent: 210 }) },
    ],
    ['no fault', 'inconclusive: nothing-injected', { faults: [], deadline: null }],
    [
      'no probes',
      'inconclusive: no-probes',
      { experiment: { ...experiment, steadyState: { probes: [], objectives: [] } }, samples: [], sampler: null },
    ],
  ])('on %s says %s', async (_, expected, changes) => {
    expect(await verdictAnd(changes)).toBe(expected);
  });

  it('on an abort does not blame the system for not recovering', async () => {
    const aborted = { code: 'requested', sentence: 'enough', numbers: {} } as const;
    const { verdict, reasons } = await judge({ aborted, samples: samples(bad(21_000, 60_000)) });
    expect(verdict).toBe('aborted');
    expect(reasons.map(({ code }) => code)).not.toContain('not-recovered');
  });

  it('takes an unsettled fault for a leak, above everything else', async () => {
    const stuck = { ...fault, state: { phase: 'reverting', cause: 'run-end' } } as const;
    expect(await verdictAnd({ faults: [stuck], problems: [{ code: 'step-failed', message: 'x' }] })).toBe(
      'leaked: fault-leaked',
    );
  });

  it('does not count a refused fault as asked of the injector', async () => {
    const { step, type, params } = fault;
    const refused = {
      outcome: 'refused',
      step,
      type,
      target,
      params,
      requestedAt: 20_000,
      code: 'CHAOS_GUARD_REFUSED',
      message: 'no',
    } as const;
    const { verdict, timeline, reasons } = await judge({ faults: [refused] });
    expect(verdict).toBe('aborted');
    expect(timeline.marks.request).toBeNull();
    expect(reasons.map(({ code }) => code)).toEqual(['fault-refused', 'nothing-injected']);
  });

  it('judges all probes when no objective names one', async () => {
    const steadyState = { ...experiment.steadyState, objectives: [] };
    expect(await verdictAnd({ experiment: { ...experiment, steadyState } })).toBe('recovered: impact');
  });

  it('leaves probes without an objective out of the verdict when others have one', async () => {
    const probes = [
      ...experiment.steadyState.probes,
      { name: 'q', type: 'service', every: EVERY, timeout: 1_000, options: {} },
    ];
    const other = samples(() => 'degraded').map((sample) => ({ ...sample, probe: 'q' }));
    const steadyState = { ...experiment.steadyState, probes };
    expect(await verdictAnd({ experiment: { ...experiment, steadyState }, samples: [...healthy, ...other] })).toBe(
      'held: no-impact',
    );
  });

  it('takes its limits from its options', async () => {
    expect(await verdictAnd({ sampler: sampler({ lagP99: 80 }) }, { lagFloor: 100 })).toBe('recovered: impact');
    expect(await verdictAnd({ samples: samples(bad(21_000, 21_200)) })).toBe('held: no-impact');
    const { timeline } = await judge(
      { samples: samples(bad(21_000, 21_200)) },
      { window: { k: 2, n: 5, flapMin: 1_000 } },
    );
    expect(timeline.marks.impact).toBe(21_000);
  });

  it('gives every reason with its numbers, worst first', async () => {
    const { reasons } = await judge({
      samples: samples(bad(21_000, 60_000)),
      sampler: sampler({ rate: 0.5, sent: 300 }),
    });
    const order = reasons.map(({ verdict }) => VERDICTS.indexOf(verdict));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(reasons.map(({ code }) => code)).toEqual(['sampler-slow', 'not-recovered', 'impact', 'objective-broken']);
    expect(reasons[1]?.numbers).toEqual({ onset: 21_000, deadline: 50_000, atLeast: 29_000 });
  });
});

describe('the verdict', () => {
  it('is the worst any reason speaks for, and open without one', () => {
    const reason = (verdict: (typeof VERDICTS)[number]) => ({ verdict, code: verdict, sentence: '', numbers: {} });
    expect(verdictOf([])).toBe('inconclusive');
    expect(verdictOf([reason('held'), reason('flapping'), reason('recovered')])).toBe('flapping');
  });

  it('passes when it is as expected or better', () => {
    expect(VERDICTS.filter((verdict) => passes(verdict, 'recovered'))).toEqual(['recovered', 'held']);
    expect(VERDICTS.filter((verdict) => passes(verdict, 'held'))).toEqual(['held']);
  });
});

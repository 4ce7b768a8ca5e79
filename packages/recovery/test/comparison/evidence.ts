import {
  type Evidence,
  type Experiment,
  type FaultRecord,
  type PhaseSpan,
  type Sample,
  seededRandom,
} from '@bridge/chaos-core';

/** What a made-up service does at a time (s): its latency in ms, and whether it fails. */
export type Behaviour = (second: number) => { readonly latency: number; readonly fails?: boolean };

const EVERY = 50;

export interface Story {
  readonly behaviour: Behaviour;
  readonly expect: Experiment['expect'];
  /** Seconds: end of the baseline, removal of the fault, end of the run. */
  readonly baseline: number;
  readonly removed: number;
  readonly end: number;
}

/** The evidence of a run in which a fault was held from `baseline` to `removed`. */
export function evidenceOf({ behaviour, expect, baseline, removed, end }: Story): Evidence {
  const random = seededRandom(5);
  const samples = Array.from({ length: (end * 1000) / EVERY }, (_, index): Sample => {
    const intended = index * EVERY;
    const { latency: level, fails = false } = behaviour(intended / 1000);
    const latency = level * (0.9 + 0.2 * random.next());
    const health = fails ? 'degraded' : 'healthy';
    const outcome = 'answered';
    return { probe: 'web', index, intended, started: intended, ended: intended + latency, latency, outcome, health };
  });
  const span = (phase: PhaseSpan['phase'], from: number, to: number): PhaseSpan => ({
    phase,
    from: from * 1000,
    to: to * 1000,
  });
  const planned = samples.length;
  return {
    experiment: experiment(expect, baseline),
    phases: [span('baseline', 0, baseline), span('failure', baseline, removed), span('recovery', removed, end)],
    samples,
    sampler: { probes: [{ probe: 'web', every: EVERY, planned, sent: planned, rate: 1, lagP99: 0.5, shed: 0 }] },
    faults: [fault(baseline * 1000, removed * 1000)],
    signals: [],
    deadline: (removed + 60) * 1000,
    aborted: null,
    problems: [],
  };
}

function experiment(expect: Experiment['expect'], baseline: number): Experiment {
  return {
    name: 'a made-up run',
    tags: [],
    configuration: {},
    secrets: {},
    steadyState: {
      probes: [{ name: 'web', type: 'http', every: EVERY, timeout: 1000, options: {} }],
      objectives: [{ probe: 'web', success: 0.9 }],
    },
    baseline: baseline * 1000,
    faults: [],
    recovery: { within: 60_000, hold: 5_000, success: 0.99 },
    expect,
    stopWhen: [],
    maxDuration: 600_000,
  };
}

function fault(requestedAt: number, removedAt: number): FaultRecord {
  const reversal = { at: removedAt, observation: 'absent', looks: 1 } as const;
  return {
    step: 'fault-1',
    type: 'test.slow',
    target: { kind: 'service', id: '1', name: 'web', labels: {}, startedAt: '1' },
    params: {},
    outcome: 'injected',
    id: 'fault-1',
    momentary: false,
    state: { phase: 'reverted', cause: 'hold-over', reversal },
    facts: {
      requestedAt,
      acknowledgedAt: requestedAt,
      effectiveAt: requestedAt,
      removedAt,
      effect: null,
      reversal,
      counters: null,
    },
  };
}

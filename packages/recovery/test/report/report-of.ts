import type { Report } from '@bridge/chaos-core';

type Second = Report['probes'][number]['seconds'][number];

/** What a made-up run showed. Times in ms from its start. */
export interface RunStory {
  readonly name?: string;
  readonly id?: string;
  readonly startedAt?: string;
  readonly verdict?: Report['verdict'];
  readonly expect?: Report['expect'];
  /** Impact, detection and recovery. */
  readonly impact?: number | null;
  readonly detect?: number | null;
  readonly recovered?: number | null;
  readonly removed?: number | null;
  readonly until?: number;
  readonly relapses?: number;
  readonly flaps?: number;
  readonly target?: string;
  /** Of each second of probe "web". */
  readonly seconds?: readonly { readonly p50: number; readonly failed?: number }[];
  /** First and last second of the failure phase. */
  readonly failure?: readonly [number, number];
  readonly fault?: string;
}

const CHECKS = 20;

/** A report as a run writes it, of a run that was made up. */
export function reportOf(story: RunStory = {}): Report {
  const { verdict = 'recovered', expect = 'recovered', name = 'db gone', failure = [10, 20] } = story;
  const { impact = null, detect = null, recovered = null, removed = 20_000, until = 60_000 } = story;
  const seconds = (story.seconds ?? []).map(({ p50, failed = 0 }, at) => secondOf(at, p50, failed));
  const span = (from: number, to: number) => ({ from: from * 1000, to: to * 1000 });
  const end = seconds.length || 60;
  return {
    format: 'bridge-chaos/report',
    version: 1,
    id: story.id ?? 'run-1',
    name,
    verdict,
    expect,
    passed: verdict === 'held' || (verdict === 'recovered' && expect === 'recovered'),
    reasons: [],
    actor: null,
    seed: 1,
    clock: { monotonic: 0, wall: '2026-01-01T00:00:00.000Z' },
    startedAt: story.startedAt ?? '2026-01-01T00:00:00.000Z',
    endedAt: '2026-01-01T00:01:00.000Z',
    duration: until,
    environment: { node: 'v24', platform: 'linux', arch: 'x64', host: 'h', cpus: 2, memory: 1 },
    versions: {},
    experiment: {},
    secrets: {},
    targets: [{ step: 's', target: targetOf(story.target ?? 'db') }],
    phases: [
      { phase: 'baseline', ...span(0, failure[0]) },
      { phase: 'failure', ...span(failure[0], failure[1]) },
      { phase: 'recovery', ...span(failure[1], end) },
    ],
    marks: {
      request: 10_000,
      ack: 10_000,
      effect: 10_000,
      impact,
      detect,
      act: null,
      removed,
      recovered,
      confirmed: recovered,
    },
    timings: timingsOf({ impact, detect, recovered, removed, until }),
    timeToDetect: impact === null || detect === null ? null : detect - impact,
    timeToRecover: impact === null || recovered === null ? null : recovered - impact,
    episodes: [],
    flaps: story.flaps ?? 0,
    relapses: story.relapses ?? 0,
    faults: [],
    reversal: { clean: verdict !== 'leaked', injected: 1, proven: verdict === 'leaked' ? 0 : 1, leaked: [] },
    objectives: [],
    probes: [probeOf(seconds)],
    signals: [],
    aborted: null,
    problems: [],
    events: [],
    eventsDropped: 0,
  };
}

interface Times {
  readonly impact: number | null;
  readonly detect: number | null;
  readonly recovered: number | null;
  readonly removed: number | null;
  readonly until: number;
}

function timingsOf({ impact, detect, recovered, removed, until }: Times): Report['timings'] {
  return {
    timeToDetect: impact === null || detect === null ? null : Math.max(0, detect - impact),
    timeToDetectFromEffect: null,
    timeToDetectAtLeast: impact !== null && detect === null ? (recovered ?? until) - impact : null,
    predicted: false,
    timeToRecover: impact === null || recovered === null ? null : recovered - impact,
    timeToRecoverAtLeast: impact !== null && recovered === null ? until - impact : null,
    healAfterRemoval: recovered === null || removed === null ? null : Math.max(0, recovered - removed),
    selfHeal: null,
  };
}

function targetOf(name: string): Report['targets'][number]['target'] {
  return { kind: 'container', id: name, name, labels: {}, startedAt: '1' };
}

function secondOf(at: number, p50: number, failed: number): Second {
  const degraded = Math.round(failed * CHECKS);
  const counts = { checks: CHECKS, healthy: CHECKS - degraded, degraded, unknown: 0, timeouts: 0 };
  return { at, ...counts, p50, p95: p50 * 1.5, p99: p50 * 2, max: p50 * 3 };
}

function probeOf(seconds: readonly Second[]): Report['probes'][number] {
  return { name: 'web', type: 'http', every: 50, timeout: 1000, judged: true, sampling: null, phases: [], seconds };
}

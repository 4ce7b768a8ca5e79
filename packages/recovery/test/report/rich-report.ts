import { type Report, reportSchema } from '@bridge/chaos-core';

type ProbeReport = Report['probes'][number];
type Second = ProbeReport['seconds'][number];

/** The run's clock began at this many ms: pages must count from the start of the run, not of the process. */
export const ORIGIN = 40_000;
const SECONDS = 90;

/** Names that want to be more than text. */
export const HOSTILE = {
  script: '<script>document.title = "owned"</script>',
  image: '"><img src=x onerror="document.title=\'owned\'">',
  style: '</style><style>body{display:none}</style>',
  cdata: ']]><!-- --> <![CDATA[ &amp; &#x41;',
  turned: 'safe\u202Egnp.exe\u2066',
  controls: 'bell\u0007 escape\u001b[31m null\u0000 half\ud800',
  hebrew: 'שירות ההזמנות',
} as const;

/** A run of 90 s with three probes and every kind of fault, as a run writes it. Times in ms of the run's clock. */
export function richReport(changes: Partial<Report> = {}): Report {
  const at = (seconds: number): number => ORIGIN + seconds * 1000;
  const orders = probe('orders-api', { calm: 12, bad: 840, from: 31, to: 58, failing: 0.4 });
  const checkout = probe('checkout', { calm: 45, bad: 160, from: 33, to: 60, failing: 0.05 });
  const search = { ...probe('search', { calm: 8, bad: 9, from: 31, to: 58, failing: 0 }), judged: false };
  return reportSchema.parse({
    format: 'bridge-chaos/report',
    version: 1,
    id: 'run-0123456789abcdef01234567',
    name: 'orders survive a slow database',
    verdict: 'failed',
    expect: 'held',
    passed: false,
    reasons: [
      reason(
        'failed',
        'objective-broken',
        'while the fault was there: orders-api p95: 1.2 s of 540 checks, limit 300 ms: fail',
        {
          limit: 300,
          observed: 1_214.5,
          checks: 540,
        },
      ),
      reason('failed', 'impact', 'orders-api, checkout: users were hit for 27.4 s', { timeToRecover: 27_400 }),
      reason('inconclusive', 'objective-undecided', 'after the recovery: checkout p99 cannot be told from 300 checks', {
        needed: 740,
      }),
    ],
    actor: 'ci',
    seed: 42,
    clock: { monotonic: ORIGIN, wall: '2026-01-01T12:00:00.000Z' },
    startedAt: '2026-01-01T12:00:00.000Z',
    endedAt: '2026-01-01T12:01:30.000Z',
    duration: SECONDS * 1000,
    environment: { node: 'v24.0.0', platform: 'linux', arch: 'x64', host: 'runner-7', cpus: 2, memory: 8 * 2 ** 30 },
    versions: { '@bridge/chaos-core': '0.1.0' },
    experiment: {
      name: 'orders survive a slow database',
      steadyState: { hypothesis: 'orders go on while the database is slow and one worker dies' },
    },
    secrets: { token: { from: 'env', name: 'TOKEN' } },
    targets: [],
    phases: [
      { phase: 'prepare', from: at(0), to: at(1) },
      { phase: 'baseline', from: at(1), to: at(30) },
      { phase: 'failure', from: at(30), to: at(56) },
      { phase: 'recovery', from: at(56), to: at(89) },
      { phase: 'validation', from: at(89), to: at(90) },
    ],
    marks: {
      request: at(30.2),
      ack: at(30.4),
      effect: at(31),
      impact: at(31.5),
      detect: at(36.2),
      act: at(38),
      removed: at(56),
      recovered: at(58.9),
      confirmed: at(68.9),
    },
    timings: {
      timeToDetect: 4_700,
      timeToDetectFromEffect: 5_200,
      timeToDetectAtLeast: null,
      predicted: false,
      timeToRecover: 27_400,
      timeToRecoverAtLeast: null,
      healAfterRemoval: 2_900,
      selfHeal: null,
    },
    timeToDetect: 4_700,
    timeToRecover: 27_400,
    episodes: [],
    flaps: 0,
    relapses: 0,
    faults: [
      held('network.delay', 'orders-db', { delay: '800ms', jitter: '50ms' }, [30.2, 31, 55.5, 56].map(at)),
      held('cpu.burn', 'orders-worker-2', { share: 0.5 }, [36, 37, 46, 46.8].map(at)),
      momentary('process.kill', 'orders-worker-1', at(41)),
      rejected('refused', 'file.corrupt', 'ledger.db', 'protected by rule "targets"', at(50)),
    ],
    reversal: { clean: true, injected: 3, proven: 3, leaked: [] },
    objectives: [
      objective('baseline', 'orders-api', 'p95', 300, 21, 580, 'pass'),
      objective('fault', 'orders-api', 'p95', 300, 1_214.5, 540, 'fail'),
      objective('fault', 'orders-api', 'success', 0.99, 0.74, 540, 'fail'),
      objective('after', 'checkout', 'p99', 500, 480, 300, 'inconclusive'),
    ],
    health: { lowest: { at: 44, score: 0.41 }, phases: [] },
    probes: [search, orders, checkout],
    signals: [
      { kind: 'trigger', name: 'orders slow', at: at(36.2) },
      { kind: 'playbook', name: 'drain and retry', at: at(38) },
      { kind: 'task', name: 'ORDERS-17', at: at(59) },
    ],
    aborted: null,
    problems: [],
    events: healthEvents(at),
    eventsDropped: 0,
    ...changes,
  });
}

function reason(verdict: string, code: string, sentence: string, numbers: object): object {
  return { verdict, code, sentence, numbers };
}

interface Weather {
  readonly calm: number;
  readonly bad: number;
  readonly from: number;
  readonly to: number;
  readonly failing: number;
}

const CHECKS = 20;

function probe(name: string, { calm, bad, from, to, failing }: Weather): ProbeReport {
  const seconds = Array.from({ length: SECONDS }, (_, at): Second => {
    // A wave that never repeats within the run, so that no two seconds look alike; no chance involved.
    const wave = 1 + 0.25 * Math.sin(at * 1.7) + 0.12 * Math.sin(at * 4.1);
    const inside = at >= from && at < to;
    const p50 = (inside ? bad : calm) * wave;
    const degraded = inside ? Math.round(CHECKS * failing * wave) : 0;
    const counts = {
      checks: CHECKS,
      healthy: CHECKS - degraded,
      degraded,
      unknown: 0,
      timeouts: Math.floor(degraded / 2),
    };
    return { at, ...counts, p50, p95: p50 * 1.6, p99: p50 * 2, max: p50 * 2.4 };
  });
  const phase = (
    kind: 'baseline' | 'failure' | 'recovery',
    first: number,
    last: number,
  ): ProbeReport['phases'][number] => {
    const own = seconds.slice(first, last);
    const sum = (count: (second: Second) => number): number => own.reduce((all, second) => all + count(second), 0);
    const middle = own[Math.floor(own.length / 2)];
    return {
      phase: kind,
      checks: sum(({ checks }) => checks),
      healthy: sum(({ healthy }) => healthy),
      degraded: sum(({ degraded }) => degraded),
      unknown: 0,
      timeouts: sum(({ timeouts }) => timeouts),
      p50: middle?.p50 ?? null,
      p95: middle?.p95 ?? null,
      p99: middle?.p99 ?? null,
      max: middle?.max ?? null,
    };
  };
  return {
    name,
    type: 'http',
    every: 50,
    timeout: 1000,
    judged: true,
    sampling: { planned: 1800, sent: 1800, rate: 1, lagP99: 3.2, shed: 0 },
    phases: [phase('baseline', 1, 30), phase('failure', 30, 56), phase('recovery', 56, 89)],
    seconds,
  };
}

function target(name: string): object {
  return { kind: 'container', id: name, name, labels: {}, startedAt: '1' };
}

function held(type: string, name: string, params: object, times: readonly number[]): object {
  const [requestedAt = 0, effectiveAt = 0, revertingAt = 0, removedAt = 0] = times;
  const effect = { observation: 'present', at: effectiveAt, looks: 2 };
  const reversal = { observation: 'absent', at: removedAt, looks: 1 };
  return {
    outcome: 'injected',
    step: 'step-1',
    id: `fault-${type}`,
    type,
    target: target(name),
    params,
    momentary: false,
    state: { phase: 'reverted', cause: 'hold-over', reversal },
    facts: {
      requestedAt,
      acknowledgedAt: requestedAt + 200,
      effectiveAt,
      revertingAt,
      removedAt,
      effect,
      reversal,
      counters: { eligible: 420, injected: 418 },
    },
  };
}

function momentary(type: string, name: string, at: number): object {
  const effect = { observation: 'present', at, looks: 1 };
  return {
    outcome: 'injected',
    step: 'step-2',
    id: `fault-${type}`,
    type,
    target: target(name),
    params: {},
    momentary: true,
    state: { phase: 'spent', effect, restoredByEngine: false },
    facts: {
      requestedAt: at - 300,
      acknowledgedAt: at - 100,
      effectiveAt: at,
      removedAt: null,
      effect,
      reversal: null,
      counters: null,
    },
  };
}

function rejected(
  outcome: 'refused' | 'leaked',
  type: string,
  name: string,
  message: string,
  requestedAt: number,
): object {
  return {
    outcome,
    step: 'step-3',
    type,
    target: target(name),
    params: {},
    requestedAt,
    code: 'CHAOS_GUARD_REFUSED',
    message,
  };
}

function objective(
  span: string,
  name: string,
  metric: string,
  limit: number,
  observed: number,
  checks: number,
  outcome: string,
): object {
  const share = outcome === 'pass' ? 0.998 : outcome === 'fail' ? 0.41 : 0.992;
  const interval = { low: share - 0.012, high: Math.min(1, share + 0.006) };
  const needed = outcome === 'inconclusive' ? 740 : null;
  const sought = metric === 'success' ? limit : metric === 'p99' ? 0.99 : 0.95;
  return {
    span,
    probe: name,
    metric,
    limit,
    observed,
    checks,
    unknown: 0,
    share,
    interval,
    target: sought,
    outcome,
    needed,
  };
}

function healthEvents(at: (seconds: number) => number): object[] {
  const scores = Array.from({ length: 86 }, (_, index) => {
    const second = index + 4;
    const score = second > 31 && second < 59 ? 0.5 + 0.09 * Math.sin(second) : 1;
    return event(index + 2, 'health:second', at(second), { score, components: [] });
  });
  return [
    event(1, 'run:started', at(0), { name: 'orders survive a slow database', seed: 42, actor: 'ci' }),
    ...scores,
    event(88, 'run:finished', at(90), { name: 'orders survive a slow database', verdict: 'failed', reasons: [] }),
  ];
}

function event(sequence: number, type: string, monotonic: number, data: object): object {
  const time = new Date(Date.UTC(2026, 0, 1, 12) + monotonic - ORIGIN).toISOString();
  return {
    id: `event-${sequence}`,
    type,
    time,
    monotonic,
    sequence,
    node: 'runner-7:1',
    runId: 'run-0123456789abcdef01234567',
    data,
  };
}

import { type AnyChaosEvent, lineOf } from '@bridge/chaos-core';

interface ProbeProgress {
  readonly name: string;
  readonly ok: number;
  readonly sent: number;
  /** p95 of each second, newest last, ms; null for a second without an answer. */
  readonly latencies: readonly (number | null)[];
  /** Whether each of the same seconds was healthy throughout. */
  readonly healthy: readonly boolean[];
}

interface FaultProgress {
  readonly id: string;
  readonly what: string;
  readonly phase: string;
}

/** What is known of a run while it goes. */
export interface Progress {
  readonly name: string;
  readonly seed: number | null;
  readonly phase: string;
  /** Monotonic ms of the first event. */
  readonly started: number | null;
  readonly health: number | null;
  readonly probes: readonly ProbeProgress[];
  readonly faults: readonly FaultProgress[];
  readonly lines: readonly string[];
}

const SECONDS_KEPT = 60;
const LINES_KEPT = 5;
/** Every second or so: shown as numbers, not as lines. */
const CHATTER: ReadonlySet<string> = new Set(['probe:second', 'health:second', 'mark:set']);

export const NOTHING_YET: Progress = {
  name: '',
  seed: null,
  phase: 'starting',
  started: null,
  health: null,
  probes: [],
  faults: [],
  lines: [],
};

export function isChatter({ type }: AnyChaosEvent): boolean {
  return CHATTER.has(type);
}

/** The progress after an event. */
export function after(progress: Progress, event: AnyChaosEvent): Progress {
  const { lines, started } = progress;
  const next = { ...progress, started: started ?? event.monotonic };
  const told = isChatter(event) ? lines : [...lines, lineOf(event)].slice(-LINES_KEPT);
  return { ...next, lines: told, ...change(next, event) };
}

function change(progress: Progress, event: AnyChaosEvent): Partial<Progress> {
  switch (event.type) {
    case 'run:started':
      return { name: event.data.name, seed: event.data.seed };
    case 'run:phase':
      return { phase: event.data.phase };
    case 'run:finished':
      return { phase: event.data.verdict };
    case 'health:second':
      return { health: event.data.score };
    case 'probe:second':
      return { probes: withSecond(progress.probes, event.data) };
    case 'fault:intended':
    case 'fault:injecting':
    case 'fault:effective':
    case 'fault:inert':
    case 'fault:reverting':
    case 'fault:reverted':
    case 'fault:gone':
    case 'fault:spent':
    case 'fault:leaked': {
      const { id, type, target } = event.data.fault;
      const known = { id, what: `${type} on ${target.name}`, phase: event.type.slice('fault:'.length) };
      return { faults: [...progress.faults.filter((fault) => fault.id !== id), known] };
    }
    default:
      return {};
  }
}

interface ProbeSecond {
  readonly probe: string;
  readonly sent: number;
  readonly ok: number;
  readonly p95: number | null;
}

function withSecond(probes: readonly ProbeProgress[], { probe, sent, ok, p95 }: ProbeSecond): ProbeProgress[] {
  const fresh = { name: probe, ok: 0, sent: 0, latencies: [], healthy: [] };
  const before = probes.find(({ name }) => name === probe) ?? fresh;
  const now = {
    name: probe,
    ok: before.ok + ok,
    sent: before.sent + sent,
    latencies: [...before.latencies, p95].slice(-SECONDS_KEPT),
    healthy: [...before.healthy, ok === sent].slice(-SECONDS_KEPT),
  };
  return before === fresh ? [...probes, now] : probes.map((one) => (one === before ? now : one));
}

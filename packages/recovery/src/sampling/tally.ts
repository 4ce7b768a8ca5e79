import type { Sample } from '@bridge/chaos-core';
import { arrivalOffsets, shortestInterval } from './arrivals.ts';
import type { OpenLoopHealth } from './open-loop.ts';
import type { PlannedProbe } from './probe-plan.ts';

/** Counts samples as they arrive, so that a thread that was lost cannot take the truth about its plan with it. */
export class Tally {
  readonly #probes: readonly PlannedProbe[];
  readonly #received = new Map<string, { all: number; sent: number; shed: number }>();
  #start = Number.NaN;

  constructor(probes: readonly PlannedProbe[]) {
    this.#probes = probes;
  }

  begin(start: number): void {
    this.#start = start;
  }

  count({ probe, outcome, started, ended }: Sample): void {
    const counts = this.#received.get(probe) ?? { all: 0, sent: 0, shed: 0 };
    counts.all += 1;
    if (outcome === 'shed') counts.shed += 1;
    else if (started < ended) counts.sent += 1;
    this.#received.set(probe, counts);
  }

  /** What was planned by `now` against what arrived. */
  health(now: number): OpenLoopHealth {
    const probes = this.#probes.map((probe) => {
      const planned = dueBy(probe, now - this.#start);
      const { sent = 0, shed = 0 } = this.#received.get(probe.name) ?? {};
      const rate = planned === 0 ? 1 : Math.min(1, sent / planned);
      return { probe: probe.name, every: shortestInterval(probe.arrivals), planned, sent, rate, lagP99: null, shed };
    });
    return { probes, seconds: [], series: [] };
  }
}

function dueBy({ arrivals, phase }: PlannedProbe, elapsed: number): number {
  let due = 0;
  for (const offset of arrivalOffsets(arrivals)) {
    if (phase + offset > elapsed) break;
    due += 1;
  }
  return due;
}

import type { Experiment } from '../experiment/experiment.ts';
import { healthScore } from './health-score.ts';
import type { RunHost } from './run-host.ts';
import type { Sampling } from './sampling.ts';
import { type StopView, type Violation, violation } from './stop-condition.ts';
import { UsageWindow } from './usage-window.ts';

/** Looks at the stop conditions at the host's check interval until disposed, and reports the first violation. */
export class StopWatch implements Disposable {
  readonly #host: Pick<RunHost, 'clock' | 'usage' | 'checkInterval'>;
  readonly #experiment: Pick<Experiment, 'stopWhen' | 'steadyState'>;
  readonly #sampling: Sampling;
  readonly #stop: (violation: Violation) => void;
  readonly #usage: UsageWindow | undefined;
  #timer: Disposable | undefined;

  constructor(
    host: Pick<RunHost, 'clock' | 'usage' | 'checkInterval'>,
    experiment: Pick<Experiment, 'stopWhen' | 'steadyState'>,
    sampling: Sampling,
    stop: (violation: Violation) => void,
  ) {
    this.#host = host;
    const { stopWhen: conditions } = experiment;
    this.#experiment = experiment;
    this.#sampling = sampling;
    this.#stop = stop;
    const longest = Math.max(0, ...conditions.map((condition) => condition.over));
    const needsUsage = conditions.some(
      ({ cpuAbove, memoryAbove }) => cpuAbove !== undefined || memoryAbove !== undefined,
    );
    this.#usage = needsUsage ? new UsageWindow(host.usage, longest) : undefined;
    if (conditions.length > 0) this.#schedule();
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]();
  }

  #schedule(): void {
    this.#timer = this.#host.clock.timer(this.#host.checkInterval, () => {
      const found = this.#look();
      if (found === undefined) this.#schedule();
      else this.#stop(found);
    });
  }

  #look(): Violation | undefined {
    const now = this.#host.clock.now();
    this.#usage?.read(now);
    const view: StopView = {
      now,
      since: this.#sampling.since,
      samples: (probe, from) => this.#sampling.endedSince(probe, from),
      latest: (probe, count) => this.#sampling.latest(probe, count),
      health: (from) => this.#health(from),
      longestGap: (probe) => this.#sampling.longestGap(probe),
      usage: (what, from) => this.#usage?.mean(what, from) ?? null,
    };
    for (const condition of this.#experiment.stopWhen) {
      const found = violation(condition, view);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #health(from: number): ReturnType<StopView['health']> {
    const { steadyState } = this.#experiment;
    const samples = steadyState.probes.flatMap(({ name }) => this.#sampling.endedSince(name, from));
    const checks = samples.filter(({ health }) => health !== 'unknown').length;
    return { score: healthScore(steadyState, () => samples).score, checks };
  }
}

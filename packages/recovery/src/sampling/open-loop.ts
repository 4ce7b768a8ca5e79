import {
  type Clock,
  type Logger,
  messageOf,
  type OpenProbe,
  type Sample,
  type SamplerHealth,
} from '@bridge/chaos-core';
import { shortestInterval } from './arrivals.ts';
import { type PlannedProbe, ProbePlan, type ProbeSeries } from './probe-plan.ts';
import { SamplerPulse, type SamplerSecond } from './sampler-pulse.ts';

/** Whether the samples can be believed, with every second of the sampler and of its probes. */
export interface OpenLoopHealth extends SamplerHealth {
  readonly seconds: readonly SamplerSecond[];
  readonly series: readonly ProbeSeries[];
}

/** A probe that is open, with its plan. */
export interface OpenedProbe {
  readonly planned: PlannedProbe;
  readonly open: OpenProbe;
}

export interface OpenLoopOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly sink: (sample: Sample) => void;
  /**
   * `timer` waits with timers alone, which are late by up to about a millisecond. `spin` watches the clock for the last
   * moment before a check is due: exact, for a thread that has nothing else to do.
   */
  readonly waiting: 'timer' | 'spin';
}

/** Timers are this late at worst on a machine that is not overloaded. */
const TIMER_SLACK = 1.5;
/** Share of the interval by which a check may be late. */
const MOST_LAG = 0.1;
const SECOND = 1000;

/** Sends the checks of many probes when they are due, in the thread it runs in. */
export class OpenLoop {
  readonly #options: OpenLoopOptions;
  readonly #probes: readonly OpenedProbe[];
  readonly #plans: readonly ProbePlan[];
  readonly #pulse: SamplerPulse;
  readonly #start: number;
  readonly #spins: boolean;
  #waiting: Disposable | undefined;
  #stopped: Promise<OpenLoopHealth> | undefined;

  /** Starts at once. */
  constructor(probes: readonly OpenedProbe[], options: OpenLoopOptions) {
    const { clock, sink } = options;
    this.#options = options;
    this.#probes = probes;
    this.#start = clock.now();
    this.#pulse = new SamplerPulse(this.#start);
    this.#plans = probes.map(({ planned, open }) => new ProbePlan(planned, open, clock, this.#start, sink));
    const shortest = Math.min(...probes.map(({ planned }) => shortestInterval(planned.arrivals)));
    this.#spins = options.waiting === 'spin' && shortest * MOST_LAG < TIMER_SLACK;
    this.#turn();
  }

  /** Sends nothing more, lets checks in flight end, closes every probe. */
  stop(): Promise<OpenLoopHealth> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<OpenLoopHealth> {
    this.#waiting?.[Symbol.dispose]();
    // What fell due while this thread was busy belongs to the plan.
    this.#sendDue();
    const seconds = this.#pulse.end(this.#options.clock.now());
    await Promise.all(this.#plans.map((plan) => plan.drained()));
    await Promise.all(this.#probes.map((probe) => this.#close(probe)));
    const probes = this.#plans.map((plan) => plan.sampling());
    return { probes, seconds, series: this.#plans.map((plan) => plan.series()) };
  }

  readonly #turn = (): void => {
    this.#sendDue();
    const now = this.#options.clock.now();
    this.#pulse.tick(now);
    this.#wait(Math.min(...this.#plans.map((plan) => plan.next), now + SECOND) - now);
  };

  #sendDue(): void {
    for (const plan of this.#plans) plan.sendDue((lag) => this.#pulse.sent(lag));
  }

  #wait(left: number): void {
    if (!this.#spins) {
      this.#waiting = this.#options.clock.timer(Math.max(0, left), this.#turn);
    } else if (left > TIMER_SLACK) {
      this.#waiting = this.#options.clock.timer(left - TIMER_SLACK, this.#turn);
    } else {
      // Answers are taken between two looks at the clock.
      const immediate = setImmediate(this.#turn);
      this.#waiting = { [Symbol.dispose]: () => clearImmediate(immediate) };
    }
  }

  async #close({ planned, open }: OpenedProbe): Promise<void> {
    try {
      await open.close();
    } catch (error) {
      this.#options.log.warn({ probe: planned.name, error: messageOf(error) }, 'the probe could not be closed');
    }
  }
}

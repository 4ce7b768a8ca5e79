import { setImmediate as nextTurn } from 'node:timers/promises';
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
/** Milliseconds of sending after which answers are taken: a thread that cannot keep up must not go deaf as well. */
const MOST_SENDING = 5;
const SECOND = 1000;

const earlier = (one: ProbePlan, other: ProbePlan): ProbePlan => (other.next < one.next ? other : one);

const isIdle = ({ inFlight }: ProbePlan): boolean => inFlight === 0;

/** Sends the checks of many probes when they are due, in the thread it runs in. */
export class OpenLoop {
  readonly #options: OpenLoopOptions;
  readonly #probes: readonly OpenedProbe[];
  readonly #plans: readonly ProbePlan[];
  readonly #pulse: SamplerPulse;
  readonly #start: number;
  readonly #spins: boolean;
  /** One for all turns: what each of them made anew would be garbage. */
  readonly #spinning: Disposable = { [Symbol.dispose]: () => clearImmediate(this.#immediate) };
  #immediate: NodeJS.Immediate | undefined;
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
    const end = this.#options.clock.now();
    while (!this.#sendDue(end)) await nextTurn();
    const seconds = this.#pulse.end(this.#options.clock.now());
    await Promise.all(this.#plans.map((plan) => plan.drained()));
    await Promise.all(this.#probes.map((probe) => this.#close(probe)));
    const probes = this.#plans.map((plan) => plan.sampling());
    return { probes, seconds, series: this.#plans.map((plan) => plan.series()) };
  }

  readonly #turn = (): void => {
    const { clock } = this.#options;
    const upToDate = this.#sendDue(clock.now());
    const now = clock.now();
    this.#pulse.tick(now);
    if (upToDate) this.#wait(Math.min(this.#earliest().next, now + SECOND) - now);
    else this.#afterAnswers();
  };

  /** Sends what was due by `until`, the earliest first. False when there is more than fits into one turn. */
  #sendDue(until: number): boolean {
    const { clock } = this.#options;
    const pause = clock.now() + MOST_SENDING;
    for (let plan = this.#earliest(); plan.next <= until; plan = this.#earliest()) {
      plan.sendNext((lag) => this.#pulse.sent(lag));
      if (clock.now() > pause) return false;
    }
    return true;
  }

  #earliest(): ProbePlan {
    return this.#plans.reduce(earlier);
  }

  #wait(left: number): void {
    if (!this.#spins) this.#waiting = this.#options.clock.timer(Math.max(0, left), this.#turn);
    else if (left > TIMER_SLACK) this.#waiting = this.#options.clock.timer(left - TIMER_SLACK, this.#turn);
    else if (this.#watchClock(left)) this.#turn();
    else this.#afterAnswers();
  }

  /**
   * For `left` ms, without a turn of the event loop and the garbage each of them leaves: its collection would make checks
   * late. False when an answer is awaited, which is to be taken at once.
   */
  #watchClock(left: number): boolean {
    const { clock } = this.#options;
    const end = clock.now() + left;
    while (this.#plans.every(isIdle)) if (clock.now() >= end) return true;
    return false;
  }

  #afterAnswers(): void {
    this.#immediate = setImmediate(this.#turn);
    this.#waiting = this.#spinning;
  }

  async #close({ planned, open }: OpenedProbe): Promise<void> {
    try {
      await open.close();
    } catch (error) {
      this.#options.log.warn({ probe: planned.name, error: messageOf(error) }, 'the probe could not be closed');
    }
  }
}

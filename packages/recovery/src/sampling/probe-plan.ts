import type { Clock, OpenProbe, ProbeSampling, Sample } from '@bridge/chaos-core';
import { type Arrivals, arrivalOffsets, shortestInterval } from './arrivals.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { SecondSeries, type SecondSummary } from './second-series.ts';
import { type Answer, NEVER_SENT, SHED, timedCheck } from './timed-check.ts';

/** What is sampled, as plain data. */
export interface PlannedProbe {
  readonly name: string;
  readonly timeout: number;
  readonly arrivals: Arrivals;
  /** Milliseconds by which the plan begins later, so that probes do not all send at once. */
  readonly phase: number;
  readonly maxInFlight: number;
}

/** The sampling of a probe with its seconds. */
export interface ProbeSeries {
  readonly probe: string;
  readonly seconds: readonly SecondSummary[];
}

/** The arrival plan of one probe: when each check is due, and what became of it. */
export class ProbePlan {
  readonly #probe: PlannedProbe;
  readonly #open: OpenProbe;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #sink: (sample: Sample) => void;
  readonly #offsets: Generator<number, never>;
  readonly #answers = new Set<Promise<void>>();
  readonly #lag = new LatencyHistogram();
  readonly #series: SecondSeries;
  #next: number;
  #planned = 0;
  #sent = 0;
  #shed = 0;
  #inFlight = 0;

  constructor(probe: PlannedProbe, open: OpenProbe, clock: Clock, start: number, sink: (sample: Sample) => void) {
    this.#probe = probe;
    this.#open = open;
    this.#clock = clock;
    this.#start = start + probe.phase;
    this.#sink = sink;
    this.#offsets = arrivalOffsets(probe.arrivals);
    this.#series = new SecondSeries(start, probe.timeout + 1000);
    this.#next = this.#start + this.#offsets.next().value;
  }

  /** When the next check is due. */
  get next(): number {
    return this.#next;
  }

  /** How many checks were sent and are not done. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** Sends the next check, whether it is due or not; `onLag` hears how late it was. */
  sendNext(onLag: (lag: number) => void): void {
    const [intended, index] = [this.#next, this.#planned];
    this.#next = this.#start + this.#offsets.next().value;
    this.#planned += 1;
    this.#send(index, intended, this.#clock.now(), onLag);
  }

  /** Resolves once every check that was sent has been recorded. */
  async drained(): Promise<void> {
    await Promise.all(this.#answers);
  }

  sampling(): ProbeSampling {
    const { name, arrivals } = this.#probe;
    const [planned, sent, shed] = [this.#planned, this.#sent, this.#shed];
    const rate = planned === 0 ? 1 : sent / planned;
    const lagP99 = this.#lag.percentile(0.99);
    return { probe: name, every: shortestInterval(arrivals), planned, sent, rate, lagP99, shed };
  }

  series(): ProbeSeries {
    return { probe: this.#probe.name, seconds: this.#series.summaries() };
  }

  #send(index: number, intended: number, now: number, onLag: (lag: number) => void): void {
    const deadline = intended + this.#probe.timeout;
    if (now >= deadline) {
      this.#record(index, intended, now, NEVER_SENT);
    } else if (this.#inFlight >= this.#probe.maxInFlight) {
      this.#shed += 1;
      this.#record(index, intended, now, SHED);
    } else {
      this.#sent += 1;
      this.#lag.record(now - intended);
      onLag(now - intended);
      this.#ask(index, intended, now);
    }
  }

  #ask(index: number, intended: number, now: number): void {
    this.#inFlight += 1;
    const { answer, settled } = timedCheck(this.#open, this.#clock, intended + this.#probe.timeout);
    // A check that ignores its signal stays in flight, so that it counts against the cap.
    void settled.then(() => {
      this.#inFlight -= 1;
    });
    const recorded = answer.then((result) => this.#record(index, intended, now, result));
    this.#answers.add(recorded);
    void recorded.then(() => this.#answers.delete(recorded));
  }

  #record(index: number, intended: number, started: number, answer: Answer): void {
    const ended = answer === NEVER_SENT || answer === SHED ? started : this.#clock.now();
    const { name } = this.#probe;
    const sample = { probe: name, index, intended, started, ended, latency: ended - intended, ...answer };
    this.#series.add(sample);
    this.#sink(sample);
  }
}

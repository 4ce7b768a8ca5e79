import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LatencyHistogram } from './latency-histogram.ts';

/** How well the sampler itself kept up in one second. Milliseconds. */
export interface SamplerSecond {
  /** Seconds since the start of the plan. */
  readonly second: number;
  readonly sent: number;
  /** 99th percentile of actual minus intended send time; null when nothing was sent. */
  readonly lagP99: number | null;
  /** 99th percentile of the delay of the sampler's own event loop. */
  readonly loopDelayP99: number;
}

/** Node's monitor looks every so many ms, and counts that interval as delay. */
const RESOLUTION = 10;

/** Watches the sampler, second by second. */
export class SamplerPulse {
  readonly #start: number;
  readonly #lag = new LatencyHistogram();
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  readonly #seconds: SamplerSecond[] = [];
  #second = 0;

  constructor(start: number) {
    this.#start = start;
    this.#delay.enable();
  }

  sent(lag: number): void {
    this.#lag.record(lag);
  }

  /** Closes the seconds that have passed by `now`. */
  tick(now: number): void {
    const second = Math.floor((now - this.#start) / 1000);
    if (second > this.#second) this.#close(second);
  }

  /** Every second, the last one as far as it came. */
  end(now: number): SamplerSecond[] {
    this.tick(now);
    this.#close(this.#second + 1);
    this.#delay.disable();
    return this.#seconds;
  }

  #close(next: number): void {
    const seen = this.#delay.count === 0 ? RESOLUTION : this.#delay.percentile(99) / 1e6;
    this.#seconds.push({
      second: this.#second,
      sent: this.#lag.count,
      lagP99: this.#lag.percentile(0.99),
      loopDelayP99: Math.max(0, seen - RESOLUTION),
    });
    this.#lag.clear();
    this.#delay.reset();
    this.#second = next;
  }
}

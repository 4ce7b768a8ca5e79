import type { HostUsage } from './host-usage.ts';

interface Reading {
  readonly at: number;
  readonly cpu: number | null;
  readonly memory: number;
}

/** How busy the host was of late. */
export class UsageWindow {
  readonly #series: ReturnType<HostUsage['begin']>;
  readonly #longest: number;
  #readings: Reading[] = [];

  /** Keeps the readings of the last `longest` milliseconds. */
  constructor(usage: HostUsage, longest: number) {
    this.#series = usage.begin();
    this.#longest = longest;
  }

  read(now: number): void {
    this.#readings.push({ at: now, ...this.#series.read() });
    this.#readings = this.#readings.filter(({ at }) => at >= now - this.#longest);
  }

  /** Mean share since `from`; null when nothing is known. */
  mean(what: 'cpu' | 'memory', from: number): number | null {
    const values = this.#readings.filter(({ at }) => at >= from).map((reading) => reading[what]);
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  }
}

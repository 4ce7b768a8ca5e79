import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

const HIGHEST_US = 3_600_000_000;

/**
 * Latencies in ms as an HDR histogram in microseconds: constant memory, three significant digits, up to one hour
 * (Tene, HdrHistogram; Node's own implementation).
 */
export class LatencyHistogram {
  readonly #histogram: RecordableHistogram = createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 });

  /** Values below a microsecond count as one, above an hour as an hour. */
  record(milliseconds: number): void {
    this.#histogram.record(Math.min(Math.max(Math.round(milliseconds * 1000), 1), HIGHEST_US));
  }

  add(other: LatencyHistogram): void {
    this.#histogram.add(other.#histogram);
  }

  get count(): number {
    return this.#histogram.count;
  }

  /** Mean in ms, or null when empty. */
  get mean(): number | null {
    return this.count === 0 ? null : this.#histogram.mean / 1000;
  }

  /** Largest value in ms, or null when empty. */
  get max(): number | null {
    return this.count === 0 ? null : this.#histogram.max / 1000;
  }

  /** Nearest-rank percentile in ms for a share in (0, 1], or null when empty. */
  percentile(share: number): number | null {
    return this.count === 0 ? null : this.#histogram.percentile(share * 100) / 1000;
  }

  clear(): void {
    this.#histogram.reset();
  }
}

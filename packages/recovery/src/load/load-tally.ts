import type { JsonObject, Sample } from '@bridge/chaos-core';
import { LatencyHistogram } from '../sampling/latency-histogram.ts';

/** What a load did, counted as its requests end. */
export class LoadTally {
  readonly #latency = new LatencyHistogram();
  readonly #counts = { healthy: 0, degraded: 0, unknown: 0, timeouts: 0, shed: 0 };

  readonly add = ({ health, outcome, latency }: Sample): void => {
    if (outcome === 'shed') {
      this.#counts.shed += 1;
      return;
    }
    this.#counts[health] += 1;
    if (outcome === 'timeout') this.#counts.timeouts += 1;
    this.#latency.record(latency);
  };

  /** Latencies in ms, from the intended send time. */
  summary(): JsonObject {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => this.#latency.percentile(share));
    return { ...this.#counts, p50: p50 ?? null, p95: p95 ?? null, p99: p99 ?? null, max: this.#latency.max };
  }
}

import type { Sample, SampleOutcome } from '@bridge/chaos-core';
import { LatencyHistogram } from './latency-histogram.ts';

/** What became of the checks that were due in one second. Latencies in ms. */
export interface SecondSummary {
  /** Seconds since the start of the plan. */
  readonly second: number;
  readonly planned: number;
  readonly healthy: number;
  readonly degraded: number;
  /** The probe could not look. */
  readonly unknown: number;
  readonly outcomes: Readonly<Record<SampleOutcome, number>>;
  /** Of every check that has a latency: all but those shed. Null when there is none. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly max: number | null;
}

interface OpenSecond {
  readonly histogram: LatencyHistogram;
  readonly outcomes: Record<SampleOutcome, number>;
  planned: number;
  healthy: number;
  degraded: number;
  unknown: number;
}

/**
 * Samples of one probe by the second in which they were due. A second stays open for `patience` ms, since a check ends
 * at most its time-out later; then only its summary is kept, so that hours of sampling fit into memory.
 */
export class SecondSeries {
  readonly #start: number;
  readonly #patience: number;
  readonly #open = new Map<number, OpenSecond>();
  readonly #closed: SecondSummary[] = [];
  readonly #idle: LatencyHistogram[] = [];
  readonly #all = new LatencyHistogram();

  constructor(start: number, patience: number) {
    this.#start = start;
    this.#patience = patience;
  }

  add(sample: Sample): void {
    const second = Math.floor((sample.intended - this.#start) / 1000);
    const open = this.#second(second);
    open.planned += 1;
    open.outcomes[sample.outcome] += 1;
    open[sample.health] += 1;
    if (sample.outcome !== 'shed') open.histogram.record(sample.latency);
    this.#closeUntil(sample.ended - this.#patience);
  }

  /** Every second so far, also those still open. Ascending. */
  summaries(): SecondSummary[] {
    const open = [...this.#open].map(([second, counts]) => summarize(second, counts));
    return [...this.#closed, ...open].sort((a, b) => a.second - b.second);
  }

  /** Every latency so far. */
  latencies(): LatencyHistogram {
    const all = new LatencyHistogram();
    all.add(this.#all);
    for (const { histogram } of this.#open.values()) all.add(histogram);
    return all;
  }

  #second(second: number): OpenSecond {
    const known = this.#open.get(second);
    if (known !== undefined) return known;
    const histogram = this.#idle.pop() ?? new LatencyHistogram();
    const outcomes = { answered: 0, threw: 0, timeout: 0, shed: 0 };
    const fresh = { histogram, outcomes, planned: 0, healthy: 0, degraded: 0, unknown: 0 };
    this.#open.set(second, fresh);
    return fresh;
  }

  #closeUntil(time: number): void {
    for (const [second, open] of this.#open) {
      if (this.#start + (second + 1) * 1000 > time) continue;
      this.#open.delete(second);
      this.#closed.push(summarize(second, open));
      this.#all.add(open.histogram);
      open.histogram.clear();
      this.#idle.push(open.histogram);
    }
  }
}

function summarize(second: number, { histogram, ...counts }: OpenSecond): SecondSummary {
  return {
    second,
    ...counts,
    outcomes: { ...counts.outcomes },
    p50: histogram.percentile(0.5),
    p95: histogram.percentile(0.95),
    p99: histogram.percentile(0.99),
    max: histogram.max,
  };
}

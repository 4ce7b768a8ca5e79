import { describe, expect, it } from 'vitest';
import { type Arrivals, arrivalOffsets } from '../../src/sampling/arrivals.ts';
import { LatencyHistogram } from '../../src/sampling/latency-histogram.ts';
import { mean } from '../../src/statistics/moments.ts';
import { quantile } from '../../src/statistics/quantile.ts';
import { vectors } from '../statistics/vectors.ts';

const { hdr_histogram: hdr, open_loop_stall: stall } = vectors;
const tolerance = hdr.expected.relative_tolerance;

function first(count: number, arrivals: Arrivals): number[] {
  const offsets = arrivalOffsets(arrivals);
  return Array.from({ length: count }, () => offsets.next().value);
}

function expectPercentiles(histogram: LatencyHistogram, percentiles: Readonly<Record<string, number>>): void {
  for (const [percentile, microseconds] of Object.entries(percentiles)) {
    const seen = histogram.percentile(Number(percentile) / 100) ?? Number.NaN;
    expect(Math.abs((seen * 1000) / microseconds - 1), `p${percentile}`).toBeLessThanOrEqual(tolerance);
  }
}

describe('latency histogram', () => {
  it("passes Gil Tene's data access test", () => {
    const histogram = new LatencyHistogram();
    for (const { value_us, times } of hdr.record) {
      for (let time = 0; time < times; time += 1) histogram.record(value_us / 1000);
    }
    expect(histogram.count).toBe(hdr.expected.raw_total);
    expect(Math.abs(((histogram.mean ?? 0) * 1000) / hdr.expected.raw_mean - 1)).toBeLessThanOrEqual(tolerance);
    expectPercentiles(histogram, hdr.expected.raw_percentiles);
  });

  it('sees in an open loop, without any correction, what HdrHistogram reconstructs for a closed one', () => {
    const histogram = new LatencyHistogram();
    const every = hdr.config.expected_interval_us / 1000;
    const [fast, stalled] = hdr.record.map(({ value_us }) => value_us / 1000);
    for (let check = 0; check < 10_000; check += 1) histogram.record(fast ?? 0);
    // 100 s of stall under one check every 10 ms: each waits for what is left of it.
    for (const at of first(10_000, { kind: 'constant', every })) histogram.record((stalled ?? 0) - at);
    expect(histogram.count).toBe(hdr.expected.corrected_total);
    expect(Math.abs(((histogram.mean ?? 0) * 1000) / hdr.expected.corrected_mean - 1)).toBeLessThanOrEqual(tolerance);
    expectPercentiles(histogram, hdr.expected.corrected_percentiles);
  });

  it('says nothing when empty, and forgets', () => {
    const histogram = new LatencyHistogram();
    expect([histogram.percentile(0.5), histogram.mean, histogram.max]).toEqual([null, null, null]);
    histogram.record(3);
    histogram.clear();
    expect(histogram.count).toBe(0);
  });
});

describe('one stall under an open loop (analytic)', () => {
  it('has the percentiles that arithmetic says', () => {
    const { rate_per_s, duration_s, stall_start_s, stall_s } = stall.params;
    const latencies = first(rate_per_s * duration_s, { kind: 'constant', every: 1000 / rate_per_s })
      .map((at) => at / 1000)
      .map((at) => (at >= stall_start_s && at < stall_start_s + stall_s ? stall_start_s + stall_s - at : 0));
    const { expected } = stall;
    expect(latencies).toHaveLength(expected.requests);
    expect(latencies.filter((latency) => latency > 0)).toHaveLength(expected.slow_requests);
    expect(quantile(latencies, 0.5, 1)).toBeCloseTo(expected.p50_s, 9);
    expect(quantile(latencies, 0.9, 1)).toBeCloseTo(expected.p90_s, 9);
    expect(quantile(latencies, 0.95, 1)).toBeCloseTo(expected.p95_nearest_rank_s, 9);
    expect(quantile(latencies, 0.99, 1)).toBeCloseTo(expected.p99_nearest_rank_s, 9);
    expect(Math.max(...latencies)).toBeCloseTo(expected.max_latency_s, 9);
    expect(mean(latencies)).toBeCloseTo(expected.mean_s, 9);
    const inTime = latencies.filter((latency) => latency <= 0.5 + 1e-9).length / latencies.length;
    expect(inTime).toBeCloseTo(expected['availability_if_timeout_0.5s'], 9);
  });
});

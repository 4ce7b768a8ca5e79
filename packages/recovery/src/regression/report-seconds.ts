import type { Report } from '@bridge/chaos-core';

type Phase = Report['phases'][number]['phase'];
type ProbeReport = Report['probes'][number];

/** The whole seconds of one probe in one phase of a stored run. */
export interface PhaseSeries {
  /** Median latency of each second that has one, in ms. */
  readonly latencies: readonly number[];
  /** Share of the checks that counted and failed. */
  readonly failures: readonly number[];
}

/** Seconds that lie wholly inside the phase: those at its edges belong to two. */
export function phaseSeries(report: Report, probe: ProbeReport, phase: Phase): PhaseSeries {
  const spans = report.phases.filter((span) => span.phase === phase);
  const start = report.clock.monotonic;
  const seconds = probe.seconds.filter(({ at }) =>
    spans.some(({ from, to }) => start + at * 1000 >= from && start + (at + 1) * 1000 <= to),
  );
  const counted = seconds.filter(({ healthy, degraded }) => healthy + degraded > 0);
  return {
    latencies: counted.flatMap(({ healthy, p50 }) => (healthy > 0 && p50 !== null ? [p50] : [])),
    failures: counted.map(({ healthy, degraded }) => degraded / (healthy + degraded)),
  };
}

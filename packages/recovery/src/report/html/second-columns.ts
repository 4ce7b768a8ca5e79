import type { Report } from '@bridge/chaos-core';

type Second = Report['probes'][number]['seconds'][number];

/** One column of a probe's drawing: a second, or several of a long run. */
export interface Column {
  /** Seconds since the run began. */
  readonly from: number;
  readonly to: number;
  readonly healthy: number;
  readonly degraded: number;
  readonly unknown: number;
  /** Of several seconds the middle p50 and the worst p95. */
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Columns that a drawing can show apart. */
const MOST = 300;

/** The seconds of a probe in at most 300 columns of the same length. */
export function secondColumns(seconds: readonly Second[]): Column[] {
  const last = seconds.at(-1)?.at ?? 0;
  const length = Math.max(1, Math.ceil((last + 1) / MOST));
  const groups = Map.groupBy(seconds, ({ at }) => Math.floor(at / length));
  return [...groups].map(([index, own]) => ({
    from: index * length,
    to: (index + 1) * length,
    healthy: total(own, ({ healthy }) => healthy),
    degraded: total(own, ({ degraded }) => degraded),
    unknown: total(own, ({ unknown }) => unknown),
    p50: middle(own.flatMap(({ p50 }) => p50 ?? [])),
    p95: own.reduce<number | null>((worst, { p95 }) => (p95 === null ? worst : Math.max(worst ?? 0, p95)), null),
  }));
}

function total(seconds: readonly Second[], count: (second: Second) => number): number {
  return seconds.reduce((sum, second) => sum + count(second), 0);
}

function middle(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

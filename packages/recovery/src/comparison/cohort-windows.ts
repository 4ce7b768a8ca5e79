import type { Evidence, Span } from '@bridge/chaos-core';
import type { Cohorts, CohortWindow } from './cohort-comparison.ts';
import type { RunSpans } from './comparison-windows.ts';
import { secondPoints } from './second-points.ts';

/** The seconds of each pair of cohorts before, under and after the fault. */
export function cohortWindows(evidence: Evidence, spans: RunSpans, pairs: readonly Cohorts[]): CohortWindow[] {
  const byProbe = Map.groupBy(evidence.samples, ({ probe }) => probe);
  const windows = { baseline: spans.baseline, fault: spans.fault, after: spans.after };
  const seen = (probe: string, span: Span) =>
    span.to <= span.from ? [] : secondPoints(byProbe.get(probe) ?? [], span);
  return pairs.flatMap((cohorts) =>
    (['baseline', 'fault', 'after'] as const).flatMap((window): CohortWindow[] => {
      const span = windows[window];
      if (span === undefined) return [];
      return [{ cohorts, window, marked: seen(cohorts.marked, span), unmarked: seen(cohorts.unmarked, span) }];
    }),
  );
}

import type { Report } from '@bridge/chaos-core';
import { type Regression, type RegressionOptions, regression } from '../../regression/regression.ts';

/** One number of two runs. */
export interface ComparedValue {
  /** What it belongs to: `run`, or a probe and a phase. */
  readonly of: string;
  readonly name: string;
  readonly unit: 'ms' | 'share' | 'count';
  /** Null: the run does not have it. */
  readonly before: number | null;
  readonly after: number | null;
}

export interface ReportComparison {
  readonly before: Report;
  readonly after: Report;
  /** What can be claimed, by the rule of {@link regression}; null for runs of different experiments. */
  readonly regression: Regression | null;
  /** The numbers side by side: they claim nothing by themselves. */
  readonly values: readonly ComparedValue[];
}

const PHASES = ['baseline', 'failure', 'recovery'] as const;

/**
 * Two runs side by side. Of one experiment, what got worse is told with the statistics of {@link regression}; of
 * different experiments only the numbers stand beside each other.
 */
export function compareReports(before: Report, after: Report, options: RegressionOptions = {}): ReportComparison {
  const comparable = before.name === after.name;
  return {
    before,
    after,
    regression: comparable ? regression([after], [before], options) : null,
    values: [...runValues(before, after), ...probeValues(before, after)],
  };
}

function runValues(before: Report, after: Report): ComparedValue[] {
  const value = (name: string, unit: ComparedValue['unit'], of: (report: Report) => number | null): ComparedValue => ({
    of: 'run',
    name,
    unit,
    before: of(before),
    after: of(after),
  });
  return [
    value('time to detect', 'ms', ({ timings }) => timings.timeToDetect),
    value('time to recover', 'ms', ({ timings }) => timings.timeToRecover),
    value('not recovered for at least', 'ms', ({ timings }) => timings.timeToRecoverAtLeast),
    value('heal after removal', 'ms', ({ timings }) => timings.healAfterRemoval),
    value('duration', 'ms', ({ duration }) => duration),
    value('faults injected', 'count', ({ reversal }) => reversal.injected),
    value('faults proven undone', 'count', ({ reversal }) => reversal.proven),
    value('lowest health', 'share', ({ health }) => health?.lowest?.score ?? null),
  ].filter((one) => one.before !== null || one.after !== null);
}

function probeValues(before: Report, after: Report): ComparedValue[] {
  const names = new Set([...before.probes, ...after.probes].map(({ name }) => name));
  return [...names].flatMap((probe) =>
    PHASES.flatMap((phase) => {
      const [was, is] = [phaseOf(before, probe, phase), phaseOf(after, probe, phase)];
      if (was === undefined && is === undefined) return [];
      const of = `${probe}, ${phase}`;
      return [
        { of, name: 'p50', unit: 'ms' as const, before: was?.p50 ?? null, after: is?.p50 ?? null },
        { of, name: 'p95', unit: 'ms' as const, before: was?.p95 ?? null, after: is?.p95 ?? null },
        { of, name: 'healthy', unit: 'share' as const, before: healthy(was), after: healthy(is) },
      ];
    }),
  );
}

type PhaseCounts = Report['probes'][number]['phases'][number];

function phaseOf({ probes }: Report, name: string, phase: (typeof PHASES)[number]): PhaseCounts | undefined {
  return probes.find((probe) => probe.name === name)?.phases.find((counts) => counts.phase === phase);
}

function healthy(counts: PhaseCounts | undefined): number | null {
  if (counts === undefined || counts.healthy + counts.degraded === 0) return null;
  return counts.healthy / (counts.healthy + counts.degraded);
}

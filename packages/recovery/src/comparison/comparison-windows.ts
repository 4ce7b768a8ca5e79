import type { Evidence, Judgement, Sample, Span } from '@bridge/chaos-core';
import { type SecondPoint, secondPoints } from './second-points.ts';
import type { ProbeWindow } from './window-comparison.ts';

/** Spans of a run that are compared with its baseline. */
export interface RunSpans {
  readonly baseline: Span;
  /** From the first effect to the last removal, without the settling times. */
  readonly fault: Span | undefined;
  /** From the recovery on, or from the removal when nothing had to recover. */
  readonly after: Span | undefined;
}

/** Undefined when there was no baseline. `settle` ms at both ends of the fault belong to neither side. */
export function runSpans(evidence: Evidence, judgement: Judgement, settle: number): RunSpans | undefined {
  const baseline = evidence.phases.find(({ phase }) => phase === 'baseline');
  if (baseline === undefined) return undefined;
  const facts = evidence.faults.flatMap((fault) => (fault.outcome === 'injected' ? [fault] : []));
  const effects = facts.map(({ facts: { effectiveAt } }) => effectiveAt).filter((at) => at !== null);
  const held = facts.filter(({ momentary }) => !momentary);
  const removals = held.map(({ facts: { removedAt } }) => removedAt).filter((at) => at !== null);
  const { episodes } = judgement.timeline;
  const recoveries = episodes.map(({ recovered }) => recovered);
  const ends = [...removals, ...recoveries.filter((at) => at !== null)];
  // What a momentary fault did lasts as long as it lasts: there is no span in which "the fault is there".
  const hasFault = effects.length > 0 && removals.length > 0 && removals.length === held.length;
  const hasAfter = ends.length > 0 && !recoveries.includes(null);
  return {
    baseline,
    fault: hasFault ? { from: Math.min(...effects) + settle, to: Math.max(...removals) - settle } : undefined,
    after: hasAfter ? { from: Math.max(...ends) + settle, to: Infinity } : undefined,
  };
}

/** Windows of every judged probe against its baseline. */
export function probeWindows(evidence: Evidence, spans: RunSpans, probes: readonly string[]): ProbeWindow[] {
  const byProbe = Map.groupBy(evidence.samples, ({ probe }) => probe);
  return probes.flatMap((probe) => {
    const samples = byProbe.get(probe) ?? [];
    const reference = secondPoints(samples, spans.baseline);
    const windows = { fault: spans.fault, after: spans.after };
    return Object.entries(windows).flatMap(([window, span]): ProbeWindow[] =>
      span === undefined ? [] : [{ probe, window, reference, series: pointsIn(samples, span) }],
    );
  });
}

/** Each half of each baseline against the other: they must be alike. */
export function baselineHalves(evidence: Evidence, { baseline }: RunSpans, probes: readonly string[]): ProbeWindow[] {
  const byProbe = Map.groupBy(evidence.samples, ({ probe }) => probe);
  return probes.flatMap((probe): ProbeWindow[] => {
    const points = secondPoints(byProbe.get(probe) ?? [], baseline);
    const half = Math.floor(points.length / 2);
    const [first, second] = [points.slice(0, half), points.slice(half)];
    return [
      { probe, window: 'second half of the baseline', reference: first, series: second },
      { probe, window: 'first half of the baseline', reference: second, series: first },
    ];
  });
}

function pointsIn(samples: readonly Sample[], span: Span): SecondPoint[] {
  return span.to <= span.from ? [] : secondPoints(samples, span);
}

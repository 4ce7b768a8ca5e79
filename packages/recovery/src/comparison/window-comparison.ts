import { holm } from '../statistics/holm.ts';
import { type Comparison, type ComparisonRule, compare, outcomeOf } from './comparison-rule.ts';
import { failureShares, medianLatencies, type SecondPoint } from './second-points.ts';

/** The seconds of one probe in one window, and those it is compared with. */
export interface ProbeWindow {
  readonly probe: string;
  readonly window: string;
  readonly reference: readonly SecondPoint[];
  readonly series: readonly SecondPoint[];
}

/** One metric of one probe in one window against its reference. */
export type WindowComparison = Comparison & {
  readonly probe: string;
  readonly window: string;
  /** Corrected for the number of comparisons by Holm's method; it decides. Null with too few points. */
  readonly adjustedPValue: number | null;
};

/** Compares every window in latency and failures; the p-values are corrected together. */
export function compareWindows(windows: readonly ProbeWindow[], rule: ComparisonRule): WindowComparison[] {
  const raw = windows.flatMap(({ probe, window, reference, series }) => {
    const latency = compare('latency', medianLatencies(reference), medianLatencies(series), rule);
    const failures = compare('failures', failureShares(reference), failureShares(series), rule);
    return [
      { probe, window, ...latency },
      { probe, window, ...failures },
    ];
  });
  const pValues = raw.flatMap((comparison) => (comparison.outcome === 'too-few' ? [] : [comparison.pValue]));
  const adjusted = holm(pValues)[Symbol.iterator]();
  return raw.map((comparison): WindowComparison => {
    if (comparison.outcome === 'too-few') return { ...comparison, adjustedPValue: null };
    const adjustedPValue = adjusted.next().value ?? comparison.pValue;
    return { ...comparison, adjustedPValue, outcome: outcomeOf(adjustedPValue, comparison, rule) };
  });
}

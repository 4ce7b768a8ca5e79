import { varianceInflation } from '../statistics/effective-sample-size.ts';
import { holm } from '../statistics/holm.ts';
import { mean } from '../statistics/moments.ts';
import { median } from '../statistics/quantile.ts';
import { signedRank } from '../statistics/signed-rank.ts';
import { COMPARISON_RULE, type ComparisonRule, type Outcome, outcomeOf, type SeriesKind } from './comparison-rule.ts';
import type { SecondPoint } from './second-points.ts';

/** Two probes that differ in one thing: the requests of one carry the mark that the fault is limited to. */
export interface Cohorts {
  readonly marked: string;
  readonly unmarked: string;
}

/** Marked against unmarked requests of the same seconds, in one window. */
export interface CohortWindow {
  readonly cohorts: Cohorts;
  readonly window: 'baseline' | 'fault' | 'after';
  readonly marked: readonly SecondPoint[];
  readonly unmarked: readonly SecondPoint[];
}

interface Compared {
  readonly cohorts: Cohorts;
  readonly window: CohortWindow['window'];
  readonly kind: SeriesKind;
  /** Seconds in which both were seen. */
  readonly seconds: number;
}

/** How marked requests fared beside unmarked ones of the same seconds, with every number behind it. */
export type CohortComparison =
  | (Compared & { readonly outcome: 'too-few'; readonly needed: number })
  | (Compared & {
      /** Of the marked ones. */
      readonly outcome: Outcome;
      /** One-sided signed-rank test, corrected for autocorrelation of the differences. */
      readonly pValue: number;
      /** Corrected for the number of comparisons by Holm's method; it decides. */
      readonly adjustedPValue: number;
      readonly varianceInflation: number;
      /** Of the unmarked and the marked: medians of latencies, means of shares. */
      readonly levels: readonly [number, number];
      /** Median of the ratios second by second (latency), ratio of the means (failures); null when infinite. */
      readonly ratio: number | null;
      /** Median of the differences second by second (latency, ms), difference of the means (failures). */
      readonly difference: number;
      /** Share of the seconds in which the marked ones were worse, ties counted half. */
      readonly worseSeconds: number;
    });

/** Before the p-values are corrected together. */
type Raw =
  | Extract<CohortComparison, { readonly outcome: 'too-few' }>
  | Omit<Extract<CohortComparison, { readonly pValue: number }>, 'adjustedPValue'>;

/**
 * Compares cohorts of the same seconds: what hits both alike (load, garbage collection, time of day) cancels, so smaller
 * effects show in shorter windows than before and after. The p-values are corrected together.
 */
export function compareCohorts(
  windows: readonly CohortWindow[],
  rule: ComparisonRule = COMPARISON_RULE,
): CohortComparison[] {
  const raw = windows.flatMap((window) => [
    compareKind('latency', window, rule),
    compareKind('failures', window, rule),
  ]);
  const pValues = raw.flatMap((one) => (one.outcome === 'too-few' ? [] : [one.pValue]));
  const adjusted = holm(pValues)[Symbol.iterator]();
  return raw.map((one): CohortComparison => {
    if (one.outcome === 'too-few') return one;
    const adjustedPValue = adjusted.next().value ?? one.pValue;
    const outcome = outcomeOf(adjustedPValue, { ...one, a12: one.worseSeconds }, rule);
    return { ...one, adjustedPValue, outcome };
  });
}

function compareKind(kind: SeriesKind, { cohorts, window, marked, unmarked }: CohortWindow, rule: ComparisonRule): Raw {
  const pairs = pair(kind, marked, unmarked);
  const about = { cohorts, window, kind, seconds: pairs.length };
  const needed = Math.max(rule.leastPoints, COMPARISON_RULE.leastPoints);
  if (pairs.length < needed) return { ...about, outcome: 'too-few', needed };
  const [without, having] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
  // Latencies by their ratio: a level that rises for both must not look like a difference that drifts.
  const differences = pairs.map(([one, other]) => (kind === 'latency' ? Math.log(ratioOf(one, other)) : other - one));
  const inflation = varianceInflation(differences);
  const { pValue } = signedRank(differences, { alternative: 'greater', varianceInflation: inflation });
  const size = kind === 'latency' ? latencySize(pairs) : shareSize(without, having);
  const level = kind === 'latency' ? median : mean;
  const superior = differences.reduce((sum, one) => sum + (one > 0 ? 1 : one === 0 ? 0.5 : 0), 0);
  return {
    ...about,
    outcome: 'not-worse',
    pValue,
    varianceInflation: inflation,
    levels: [level(without), level(having)],
    ...size,
    worseSeconds: superior / pairs.length,
  };
}

type Pair = readonly [unmarked: number, marked: number];

function pair(kind: SeriesKind, marked: readonly SecondPoint[], unmarked: readonly SecondPoint[]): Pair[] {
  const others = new Map(unmarked.map((point) => [point.at, point]));
  return marked.flatMap((point): Pair[] => {
    const other = others.get(point.at);
    if (other === undefined) return [];
    if (kind === 'failures') return [[other.failures, point.failures]];
    if (other.latencies.length === 0 || point.latencies.length === 0) return [];
    return [[median(other.latencies), median(point.latencies)]];
  });
}

function latencySize(pairs: readonly Pair[]): { readonly ratio: number; readonly difference: number } {
  return {
    ratio: median(pairs.map(([one, other]) => ratioOf(one, other))),
    difference: median(pairs.map(([one, other]) => other - one)),
  };
}

/** Of two latencies; one of 0 ms is as good as none can be. */
function ratioOf(one: number, other: number): number {
  return Math.max(other, Number.EPSILON) / Math.max(one, Number.EPSILON);
}

function shareSize(without: readonly number[], having: readonly number[]) {
  const [before, after] = [mean(without), mean(having)];
  return { ratio: before === 0 && after > 0 ? null : after / (before || 1), difference: after - before };
}

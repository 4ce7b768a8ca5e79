import { ChaosError, type Report } from '@bridge/chaos-core';
import {
  COMPARISON_RULE,
  type Comparison,
  type ComparisonRule,
  compare,
  outcomeOf,
} from '../comparison/comparison-rule.ts';
import { fisherExact } from '../statistics/fisher.ts';
import { holm } from '../statistics/holm.ts';
import type { Interval } from '../statistics/interval.ts';
import { mannWhitney } from '../statistics/mann-whitney.ts';
import { newcombe } from '../statistics/newcombe.ts';
import { median } from '../statistics/quantile.ts';
import { phaseSeries } from './report-seconds.ts';

export interface RegressionOptions {
  /** Departures from {@link COMPARISON_RULE}, for the latency and the failures of each probe. */
  readonly rule?: Partial<ComparisonRule>;
  /** Least ratio of the median times to recover that counts. Default 1.2. */
  readonly recoveryRatio?: number;
  /** Least difference of the median times to recover that counts, in ms. Default 1,000. */
  readonly recoveryDifference?: number;
}

/**
 * One thing that is held against the stored runs. `uncertain`: it looks worse by what would matter, and chance cannot be
 * ruled out. `too-few`: it cannot be told.
 */
export type RegressionFinding = {
  readonly outcome: 'worse' | 'uncertain' | 'not-worse' | 'too-few';
  /** Plain English, with the numbers. */
  readonly sentence: string;
} & (
  | { readonly metric: 'pass-rate'; readonly pValue: number | null; readonly difference: Interval | null }
  /** One run each: the verdict itself. */
  | { readonly metric: 'verdict' }
  | { readonly metric: 'time-to-recover'; readonly pValue: number | null }
  | {
      readonly metric: 'latency' | 'failures';
      readonly probe: string;
      readonly phase: ComparedPhase;
      readonly comparison: Comparison;
    }
);

export interface Regression {
  /** `regressed`: something is worse. `undecided`: nothing is, but something may be, or nothing could be compared. */
  readonly outcome: 'regressed' | 'no-regression' | 'undecided';
  readonly findings: readonly RegressionFinding[];
}

const PHASES = ['baseline', 'failure', 'recovery'] as const;
type ComparedPhase = (typeof PHASES)[number];

const ALPHA = 0.05;
/** The same, with room for what is lost in adding many small numbers. */
const LIMIT = ALPHA * (1 + 1e-9);
/** Fewer times than this on a side carry no claim. */
const LEAST_TIMES = 4;
/** Stands above every time that was observed; in a comparison of ranks nothing else matters. In ms. */
const CUT_OFF = 1e15;

/**
 * Is the system worse than when the stored reports were made? Holds pass rates (Fisher), times to recover (Mann-Whitney;
 * one that was cut off counts as longer than all that were not) and, per probe and phase, latency and failures by the
 * second (the rule of the comparing judge) against each other. One report on each side is enough for the verdict and the
 * seconds, or where all current runs failed and the stored one did not; times need four runs a side.
 *
 * @throws {ChaosError} CHAOS_REPORT_UNFIT for no report on a side, or reports of different experiments.
 */
export function regression(
  current: readonly Report[],
  stored: readonly Report[],
  options: RegressionOptions = {},
): Regression {
  requireSame(current, stored);
  const findings = [
    verdicts(current, stored),
    timesToRecover(current, stored, options),
    ...seconds(current, stored, { ...COMPARISON_RULE, ...options.rule }),
  ];
  return { outcome: together(findings.map(({ outcome }) => outcome)), findings };
}

function together(outcomes: readonly RegressionFinding['outcome'][]): Regression['outcome'] {
  if (outcomes.includes('worse')) return 'regressed';
  return outcomes.includes('uncertain') || !outcomes.includes('not-worse') ? 'undecided' : 'no-regression';
}

function requireSame(current: readonly Report[], stored: readonly Report[]): void {
  if (current.length === 0 || stored.length === 0) {
    throw new ChaosError('CHAOS_REPORT_UNFIT', 'expected at least one current and one stored report');
  }
  const names = new Set([...current, ...stored].map(({ name }) => name));
  if (names.size === 1) return;
  const message = `expected reports of one experiment, got ${[...names].map((name) => JSON.stringify(name)).join(', ')}`;
  throw new ChaosError('CHAOS_REPORT_UNFIT', message);
}

const TELLING: ReadonlySet<Report['verdict']> = new Set(['held', 'recovered', 'failed', 'flapping']);

function verdicts(current: readonly Report[], stored: readonly Report[]): RegressionFinding {
  const [now, before] = [current, stored].map((reports) => reports.filter(({ verdict }) => TELLING.has(verdict)));
  const [ours, theirs] = [passesOf(now ?? []), passesOf(before ?? [])];
  const sentence = `${ours.successes} of ${ours.trials} runs passed, ${theirs.successes} of ${theirs.trials} before`;
  if (ours.trials === 0 || theirs.trials === 0) {
    return { metric: 'pass-rate', outcome: 'too-few', sentence, pValue: null, difference: null };
  }
  const isAlike = ours.successes === 0 || ours.successes === ours.trials;
  if (theirs.trials === 1 && isAlike) {
    const outcome = theirs.successes > 0 && ours.successes === 0 ? 'worse' : 'not-worse';
    const told = ours.trials === 1 ? `${now?.[0]?.verdict}, ${before?.[0]?.verdict} before` : sentence;
    return { metric: 'verdict', outcome, sentence: told };
  }
  const pValue = chanceOfFewer(ours, theirs);
  const outcome = pValue <= LIMIT ? 'worse' : mayBeWorse(ours, theirs) ? 'uncertain' : 'not-worse';
  return { metric: 'pass-rate', outcome, sentence, pValue, difference: newcombe(ours, theirs) };
}

function chanceOfFewer(ours: Passes, theirs: Passes): number {
  const row = ({ successes, trials }: Passes): [number, number] => [trials - successes, successes];
  return fisherExact([row(ours), row(theirs)], 'greater');
}

/** Fewer pass, and the runs are so few that not even the worst result could be told from chance. */
function mayBeWorse(ours: Passes, theirs: Passes): boolean {
  const isLower = ours.successes / ours.trials < theirs.successes / theirs.trials;
  return isLower && chanceOfFewer({ ...ours, successes: 0 }, { ...theirs, successes: theirs.trials }) > LIMIT;
}

interface Passes {
  readonly successes: number;
  readonly trials: number;
}

function passesOf(reports: readonly Report[]): Passes {
  return { successes: reports.filter(({ passed }) => passed).length, trials: reports.length };
}

function timesToRecover(
  current: readonly Report[],
  stored: readonly Report[],
  { recoveryRatio = 1.2, recoveryDifference = 1_000 }: RegressionOptions,
): RegressionFinding {
  const [ours, theirs] = [times(current), times(stored)];
  const metric = 'time-to-recover';
  if (Math.min(ours.length, theirs.length) < LEAST_TIMES) {
    const sentence = `times to recover of ${ours.length} and ${theirs.length} runs cannot be compared; ${LEAST_TIMES} of each are needed`;
    return { metric, outcome: 'too-few', sentence, pValue: null };
  }
  const [now, before] = [median(ours), median(theirs)];
  const { pValue } = mannWhitney(ours, theirs, { alternative: 'greater' });
  const matters = now >= recoveryRatio * before && now - before >= recoveryDifference;
  const sentence = `median time to recover ${inSeconds(now)}, ${inSeconds(before)} before`;
  return { metric, outcome: pValue <= ALPHA && matters ? 'worse' : 'not-worse', sentence, pValue };
}

/** Of runs in which users were hit. */
function times(reports: readonly Report[]): number[] {
  return reports.flatMap(({ timings: { timeToRecover, timeToRecoverAtLeast } }) => {
    if (timeToRecover !== null) return [timeToRecover];
    return timeToRecoverAtLeast === null ? [] : [CUT_OFF];
  });
}

function seconds(current: readonly Report[], stored: readonly Report[], rule: ComparisonRule): RegressionFinding[] {
  const probes = new Set(
    current.flatMap((report) => report.probes.flatMap(({ name, judged }) => (judged ? [name] : []))),
  );
  const raw = [...probes].flatMap((probe) =>
    PHASES.flatMap((phase) =>
      (['latency', 'failures'] as const).map((metric) => {
        const of = (reports: readonly Report[]): number[] =>
          reports.flatMap((report) => series(report, probe, phase, metric));
        return { probe, phase, metric, comparison: compare(metric, of(stored), of(current), rule) };
      }),
    ),
  );
  const pValues = raw.flatMap(({ comparison }) => (comparison.outcome === 'too-few' ? [] : [comparison.pValue]));
  const adjusted = holm(pValues)[Symbol.iterator]();
  return raw.map((one): RegressionFinding => {
    const { comparison, probe, phase } = one;
    if (comparison.outcome === 'too-few') {
      const sentence = `${probe}, ${phase}: ${comparison.points.join(' and ')} s cannot be compared; ${comparison.needed} of each are needed`;
      return { ...one, outcome: 'too-few', sentence };
    }
    const pValue = adjusted.next().value ?? comparison.pValue;
    return {
      ...one,
      outcome: outcomeOf(pValue, comparison, rule),
      sentence: `${probe}, ${phase}: ${levels(one.metric, comparison.levels)}`,
    };
  });
}

function series(report: Report, name: string, phase: ComparedPhase, metric: 'latency' | 'failures'): readonly number[] {
  const probe = report.probes.find((one) => one.name === name);
  if (probe === undefined) return [];
  const { latencies, failures } = phaseSeries(report, probe, phase);
  return metric === 'latency' ? latencies : failures;
}

function levels(metric: 'latency' | 'failures', [before, now]: readonly [number, number]): string {
  if (metric === 'latency') return `median latency ${now.toFixed(1)} ms, ${before.toFixed(1)} ms before`;
  return `failed checks ${(100 * now).toFixed(1)} %, ${(100 * before).toFixed(1)} % before`;
}

function inSeconds(milliseconds: number): string {
  return milliseconds >= CUT_OFF / 2 ? 'beyond the deadline' : `${(milliseconds / 1000).toFixed(1)} s`;
}

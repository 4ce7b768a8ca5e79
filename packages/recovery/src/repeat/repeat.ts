import { type Clock, type DurationInput, milliseconds, type Report, systemClock } from '@bridge/chaos-core';
import { confidenceSequence } from '../statistics/confidence-sequence.ts';
import type { Interval } from '../statistics/interval.ts';
import { type SequentialDecision, type SequentialTestOptions, sequentialTest } from '../statistics/sequential-test.ts';

export interface RepeatOptions extends SequentialTestOptions {
  /** Most runs. Default 30. */
  readonly atMost?: number;
  /** Runs after which it may stop at the earliest. Default 1. */
  readonly atLeast?: number;
  /** Time between the end of a run and the next. Default 0. */
  readonly pause?: DurationInput;
  readonly clock?: Clock;
  /** No run begins after it was aborted; hand it to the runs too, if they are to end early. */
  readonly signal?: AbortSignal;
  /** Called after every run, with what is known by then. */
  readonly onRun?: (report: Report, soFar: Repetition) => void;
}

/**
 * Why no more runs were made. `decided`: the sequential test knows. `limit`: `atMost` runs were made. `aborted`: a run, or
 * the whole, was told to stop. `leaked`: a fault could not be proven undone; breaking more would be reckless.
 */
export type RepeatEnd = 'decided' | 'limit' | 'aborted' | 'leaked';

export interface Repetition {
  /** `accepted`: passes often enough; `rejected`: does not; `undecided`: the runs so far do not tell. */
  readonly decision: SequentialDecision;
  readonly ended: RepeatEnd;
  readonly passed: number;
  /** Runs that say something of the system: held, recovered, failed, flapping. */
  readonly counted: number;
  /** Runs that say nothing: invalid, inconclusive, aborted, leaked. Never counted as passed. */
  readonly uncounted: number;
  /** Share of counted runs that passed; null without one. */
  readonly passRate: number | null;
  /** 95 % confidence sequence of the pass rate: holds although the number of runs was not fixed. */
  readonly interval: Interval;
  readonly reports: readonly Report[];
}

const TELLING: ReadonlySet<Report['verdict']> = new Set(['held', 'recovered', 'failed', 'flapping']);

/**
 * Runs an experiment again and again until it is known whether it passes often enough, or `atMost` runs were made.
 *
 * ```ts
 * await repeat((index) => engine.run({ ...experiment, seed: index }).report, { atMost: 20 });
 * ```
 */
export async function repeat(
  run: (index: number) => Promise<Report>,
  options: RepeatOptions = {},
): Promise<Repetition> {
  const { atMost = 30, clock = systemClock, signal, onRun } = options;
  const pause = milliseconds(options.pause ?? 0);
  const reports: Report[] = [];
  let soFar = repetition(reports, options);
  while (reports.length < atMost && !signal?.aborted) {
    if (reports.length > 0 && pause > 0 && !(await rested(clock, pause, signal))) break;
    const report = await run(reports.length);
    reports.push(report);
    soFar = repetition([...reports], options);
    onRun?.(report, soFar);
    if (soFar.ended !== 'limit') return soFar;
  }
  return signal?.aborted ? { ...soFar, ended: 'aborted' } : soFar;
}

/** What runs that were made already tell together, as {@link repeat} would have it. Pure. */
export function repetition(reports: readonly Report[], options: RepeatOptions = {}): Repetition {
  const telling = reports.filter(({ verdict }) => TELLING.has(verdict));
  const passed = telling.filter((report) => report.passed).length;
  const counted = telling.length;
  const decision = sequentialTest(passed, counted, options);
  return {
    decision,
    ended: endOf(reports, decision, options.atLeast ?? 1),
    passed,
    counted,
    uncounted: reports.length - counted,
    passRate: counted === 0 ? null : passed / counted,
    interval: confidenceSequence(passed, counted),
    reports,
  };
}

function endOf(reports: readonly Report[], decision: SequentialDecision, atLeast: number): RepeatEnd {
  const last = reports.at(-1)?.verdict;
  if (last === 'leaked' || last === 'aborted') return last;
  return decision !== 'undecided' && reports.length >= atLeast ? 'decided' : 'limit';
}

/** False when it was told to stop meanwhile. */
async function rested(clock: Clock, pause: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await clock.sleep(pause, { signal });
    return true;
  } catch (error) {
    if (signal?.aborted) return false;
    throw error;
  }
}

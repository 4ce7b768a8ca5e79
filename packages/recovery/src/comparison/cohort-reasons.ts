import type { Experiment, JsonObject, Reason, Verdict } from '@bridge/chaos-core';
import type { CohortComparison } from './cohort-comparison.ts';
import { uncertainReason } from './uncertain-reason.ts';
import type { WindowComparison } from './window-comparison.ts';

type Judged = Exclude<CohortComparison, { outcome: 'too-few' }>;

const WHEN = { baseline: 'before the fault', fault: 'while the fault was there', after: 'after the recovery' } as const;

/** What comparing marked with unmarked requests says. Every number is in the reasons, also when nothing is worse. */
export function cohortReasons(comparisons: readonly CohortComparison[], expect: Experiment['expect']): Reason[] {
  return comparisons.flatMap((comparison): Reason[] => {
    if (comparison.outcome === 'too-few') return tooFew(comparison, expect);
    const { cohorts, window, outcome } = comparison;
    const who = `${cohorts.marked} beside ${cohorts.unmarked}`;
    const sentence = `${who}, ${WHEN[window]}: ${describe(comparison)}`;
    const numbers = numbersOf(comparison);
    if (outcome === 'not-worse') return [{ verdict: 'held', code: 'marked-not-worse', sentence, numbers }];
    if (outcome === 'uncertain')
      return [uncertainReason({ window, expect, code: 'marked-may-be-worse', sentence, numbers })];
    return [{ ...meaning(window, expect), sentence, numbers }];
  });
}

/**
 * Unmarked requests that got worse than before while the marked ones beside them were no worse still: either the fault
 * hits those too, or something else happened. That nobody was hit cannot be claimed.
 */
export function leakReasons(unmarked: readonly WindowComparison[], cohorts: readonly CohortComparison[]): Reason[] {
  return unmarked.flatMap((comparison): Reason[] => {
    const { probe, window, kind, outcome } = comparison;
    const beside = cohorts.filter((one) => one.cohorts.unmarked === probe && one.window === 'fault');
    if (outcome !== 'worse' || window !== 'fault' || beside.some((one) => one.outcome === 'worse')) return [];
    const [before, during] = comparison.levels;
    const sentence = `${probe}: unmarked requests were worse than before too, so the fault may reach beyond its mark`;
    const numbers = { probe, metric: kind, baseline: before, observed: during, pValue: comparison.pValue };
    return [{ verdict: 'inconclusive', code: 'unmarked-worse', sentence, numbers }];
  });
}

function meaning(window: Judged['window'], expect: Experiment['expect']): { verdict: Verdict; code: string } {
  // Nothing was broken yet: the two probes are no cohorts of one population.
  if (window === 'baseline') return { verdict: 'invalid', code: 'cohorts-differ' };
  if (window === 'after') return { verdict: 'failed', code: 'marked-worse-after-recovery' };
  return { verdict: expect === 'held' ? 'failed' : 'recovered', code: 'marked-worse' };
}

/** Only the claim that nobody was hit rests on this comparison alone. */
function tooFew(comparison: Extract<CohortComparison, { outcome: 'too-few' }>, expect: Experiment['expect']): Reason[] {
  const { cohorts, window, kind, seconds, needed } = comparison;
  if (expect !== 'held' || window !== 'fault') return [];
  const sentence = `${cohorts.marked} beside ${cohorts.unmarked}: ${seconds} s ${WHEN[window]} cannot be compared; ${needed} are needed`;
  const numbers = { ...cohorts, window, metric: kind, seconds, needed };
  return [{ verdict: 'inconclusive', code: 'too-few-seconds', sentence, numbers }];
}

function describe({ kind, levels, ratio, seconds }: Judged): string {
  const unit = (level: number): string =>
    kind === 'latency' ? `${level.toFixed(1)} ms` : `${(100 * level).toFixed(1)} %`;
  const what = kind === 'latency' ? 'median latency' : 'failed checks';
  const times = ratio === null ? '' : ` (${ratio.toFixed(2)}x)`;
  return `${what} ${unit(levels[1])} against ${unit(levels[0])}${times} in the same ${seconds} s`;
}

function numbersOf(comparison: Judged): JsonObject {
  const { cohorts, window, kind, seconds, levels } = comparison;
  const { ratio, difference, worseSeconds, pValue, adjustedPValue, varianceInflation } = comparison;
  const [unmarkedLevel, markedLevel] = levels;
  const sizes = { unmarkedLevel, markedLevel, ratio, difference, worseSeconds };
  return { ...cohorts, window, metric: kind, seconds, ...sizes, pValue, adjustedPValue, varianceInflation };
}

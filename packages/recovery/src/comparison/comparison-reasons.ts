import type { Experiment, JsonObject, Reason } from '@bridge/chaos-core';
import type { WindowTail } from './comparing-judge.ts';
import { ADVISED_POINTS } from './comparison-rule.ts';
import { uncertainReason } from './uncertain-reason.ts';
import type { WindowComparison } from './window-comparison.ts';

type Judged = Exclude<WindowComparison, { outcome: 'too-few' }>;

/** A baseline whose second half differs from its first is no reference. */
export function driftReasons(halves: readonly WindowComparison[]): Reason[] {
  return halves.flatMap((half): Reason[] => {
    if (half.outcome !== 'worse') return [];
    const sentence = `${half.probe}: the baseline was not steady: ${describe(half)} in the ${half.window}`;
    return [{ verdict: 'invalid', code: 'baseline-drift', sentence, numbers: numbersOf(half) }];
  });
}

/** What the comparisons with the baseline say. Every number is in the reasons, also when nothing is worse. */
export function comparisonReasons(
  comparisons: readonly WindowComparison[],
  tails: readonly WindowTail[],
  expect: Experiment['expect'],
): Reason[] {
  return comparisons.flatMap((comparison): Reason[] => {
    const { probe, window } = comparison;
    const when = window === 'after' ? 'after the recovery' : 'while the fault was there';
    if (comparison.outcome === 'too-few') return tooFew(comparison, expect, when);
    const numbers = { ...numbersOf(comparison), ...tailNumbers(comparison, tails) };
    if (comparison.outcome === 'not-worse') {
      const sentence = `${probe}: ${when} not worse than the baseline: ${describe(comparison)}${caution(comparison)}`;
      return [{ verdict: 'held', code: 'not-worse-than-baseline', sentence, numbers }];
    }
    if (comparison.outcome === 'uncertain') {
      const sentence = `${probe}: ${when} perhaps worse than the baseline: ${describe(comparison)}${caution(comparison)}`;
      return [uncertainReason({ window, expect, code: 'may-be-worse-than-baseline', sentence, numbers })];
    }
    const verdict = window === 'after' || expect === 'held' ? 'failed' : 'recovered';
    const code = window === 'after' ? 'worse-after-recovery' : 'worse-than-baseline';
    return [{ verdict, code, sentence: `${probe}: ${when} worse than the baseline: ${describe(comparison)}`, numbers }];
  });
}

/** Only the claim that nobody was hit rests on this comparison alone. */
function tooFew(
  comparison: Extract<WindowComparison, { outcome: 'too-few' }>,
  expect: Experiment['expect'],
  when: string,
): Reason[] {
  const { probe, window, kind, needed } = comparison;
  if (expect !== 'held' || window !== 'fault') return [];
  const [baseline, seconds] = comparison.points;
  const sentence = `${probe}: ${seconds} s ${when} against ${baseline} s of baseline cannot be compared; ${needed} s of each are needed`;
  return [
    {
      verdict: 'inconclusive',
      code: 'too-few-seconds',
      sentence,
      numbers: { probe, metric: kind, window, baseline, seconds, needed },
    },
  ];
}

function describe({ kind, levels, ratio }: Judged): string {
  const unit = (level: number): string =>
    kind === 'latency' ? `${level.toFixed(1)} ms` : `${(100 * level).toFixed(1)} %`;
  const times = ratio === null ? '' : ` (${ratio.toFixed(2)}x)`;
  const what = kind === 'latency' ? 'median latency' : 'failed checks';
  return `${what} ${unit(levels[0])} to ${unit(levels[1])}${times}`;
}

function caution({ points }: Judged): string {
  const fewest = Math.min(...points);
  return fewest < ADVISED_POINTS ? `; ${fewest} s a side, ${ADVISED_POINTS} are advised` : '';
}

function numbersOf(comparison: Judged): JsonObject {
  const { probe, window, kind, points, levels, shiftInterval } = comparison;
  const { pValue, adjustedPValue, varianceInflation, ratio, difference, a12, shift } = comparison;
  return {
    probe,
    window,
    metric: kind,
    baselineSeconds: points[0],
    seconds: points[1],
    baseline: levels[0],
    observed: levels[1],
    ratio,
    difference,
    a12,
    pValue,
    adjustedPValue,
    varianceInflation,
    shift,
    shiftLow: shiftInterval.low,
    shiftHigh: shiftInterval.high,
  };
}

function tailNumbers({ kind, probe, window }: Judged, tails: readonly WindowTail[]): JsonObject {
  if (kind !== 'latency') return {};
  const own = tails.filter((tail) => tail.probe === probe && tail.window === window);
  return Object.fromEntries(
    own.flatMap(({ share, ratio, interval }): [string, number][] => {
      const name = `p${100 * share}Ratio`;
      return [
        [name, ratio],
        [`${name}Low`, interval.low],
        [`${name}High`, interval.high],
      ];
    }),
  );
}

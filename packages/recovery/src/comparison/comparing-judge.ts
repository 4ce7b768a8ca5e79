import { setImmediate } from 'node:timers/promises';
import {
  ChaosError,
  coreJudge,
  type Evidence,
  type Judge,
  type Judgement,
  type Random,
  type Reason,
  seededRandom,
  VERDICTS,
  type Verdict,
} from '@bridge/chaos-core';
import { type CohortComparison, type Cohorts, compareCohorts } from './cohort-comparison.ts';
import { cohortReasons, leakReasons } from './cohort-reasons.ts';
import { cohortWindows } from './cohort-windows.ts';
import { comparisonReasons, driftReasons } from './comparison-reasons.ts';
import { COMPARISON_RULE, type ComparisonRule } from './comparison-rule.ts';
import { baselineHalves, probeWindows, runSpans } from './comparison-windows.ts';
import { medianLatencies } from './second-points.ts';
import { type TailRatio, tailRatio } from './tail-ratio.ts';
import { compareWindows, type ProbeWindow, type WindowComparison } from './window-comparison.ts';

export interface ComparingJudgeOptions {
  /** Judges validity, objectives and times. Default: core's. */
  readonly judge?: Judge;
  /** Departures from {@link COMPARISON_RULE}. */
  readonly rule?: Partial<ComparisonRule>;
  /** Milliseconds around injection and removal that belong to neither side. Default 1,000. */
  readonly settle?: number;
  /** Of the bootstrap. Default 0. */
  readonly seed?: number;
  /**
   * `before-after` (default): every window against the baseline. `concurrent`: where the fault is limited to marked
   * requests, marked against unmarked ones of the same seconds; other probes before and after as ever.
   */
  readonly design?: 'before-after' | 'concurrent';
  /** With `design: 'concurrent'`: which probes send marked requests, and which the same without the mark. */
  readonly cohorts?: readonly Cohorts[];
}

/** A judgement with every comparison behind it. */
export interface ComparingJudgement extends Judgement {
  readonly comparisons: readonly WindowComparison[];
  /** How p95 and p99 of latency moved, per probe and window. */
  readonly tails: readonly WindowTail[];
  /** Marked against unmarked requests; empty unless the design is concurrent. */
  readonly cohorts: readonly CohortComparison[];
}

export interface WindowTail extends TailRatio {
  readonly probe: string;
  readonly window: string;
}

export interface ComparingJudge extends Judge {
  judge(evidence: Evidence): Promise<ComparingJudgement>;
}

/**
 * A judge that also compares: the seconds under fault, and those after the recovery, with the seconds of the baseline
 * (Mann-Whitney corrected for autocorrelation, with gates on the size of the effect). It finds what absolute objectives
 * miss: a system that is within its limits and yet half as slow again.
 *
 * Worse under fault: `failed` where the experiment says `held`, `recovered` where it allows an impact. Worse after the
 * recovery: `failed`. A baseline that drifts: `invalid`. Too few seconds to claim `held`: `inconclusive`.
 */
export function comparingJudge(options: ComparingJudgeOptions = {}): ComparingJudge {
  const { judge = coreJudge(), settle = 1000, seed = 0 } = options;
  const rule = { ...COMPARISON_RULE, ...options.rule };
  const pairs = cohortsOf(options);
  const paired = new Set(pairs.flatMap(({ marked, unmarked }) => [marked, unmarked]));
  return {
    window: judge.window,
    async judge(evidence) {
      const judgement = await judge.judge(evidence);
      const spans = runSpans(evidence, judgement, settle);
      if (spans === undefined) return { ...judgement, comparisons: [], tails: [], cohorts: [] };
      requireProbes(pairs, evidence);
      const probes = judgedProbes(evidence).filter((probe) => !paired.has(probe));
      const halves = compareWindows(baselineHalves(evidence, spans, probes), rule);
      const windows = probeWindows(evidence, spans, probes);
      const comparisons = compareWindows(windows, rule);
      const tails = await windowTails(windows, seededRandom(seed));
      const cohorts = compareCohorts(cohortWindows(evidence, spans, pairs), rule);
      const { expect } = evidence.experiment;
      const beforeAfter = [...driftReasons(halves), ...comparisonReasons(comparisons, tails, expect)];
      const unmarked = [...new Set(pairs.map((pair) => pair.unmarked))];
      const leaks = leakReasons(compareWindows(probeWindows(evidence, spans, unmarked), rule), cohorts);
      const found = [...beforeAfter, ...cohortReasons(cohorts, expect), ...leaks];
      const reasons = [...judgement.reasons, ...found].sort((a, b) => badness(a.verdict) - badness(b.verdict));
      return {
        ...judgement,
        reasons,
        verdict: worst(reasons),
        comparisons: [...halves, ...comparisons],
        tails,
        cohorts,
      };
    },
  };
}

function cohortsOf({ design = 'before-after', cohorts = [] }: ComparingJudgeOptions): readonly Cohorts[] {
  if ((design === 'concurrent') === cohorts.length > 0) return cohorts;
  const got = cohorts.length === 0 ? 'no cohorts' : `design ${JSON.stringify(design)}`;
  throw new ChaosError('CHAOS_OPTIONS_INVALID', `expected design 'concurrent' and cohorts together, got ${got}`);
}

/** A misspelt name would compare nothing with nothing. */
function requireProbes(pairs: readonly Cohorts[], { experiment }: Evidence): void {
  const names = experiment.steadyState.probes.map(({ name }) => name);
  const stranger = pairs.flatMap(({ marked, unmarked }) => [marked, unmarked]).find((name) => !names.includes(name));
  if (stranger === undefined) return;
  const message = `expected cohorts to name probes of the experiment (${names.join(', ')}), got ${JSON.stringify(stranger)}`;
  throw new ChaosError('CHAOS_OPTIONS_INVALID', message);
}

/** Between two windows the event loop goes on: faults of other runs may be alive. */
async function windowTails(windows: readonly ProbeWindow[], random: Random): Promise<WindowTail[]> {
  const tails: WindowTail[] = [];
  for (const { probe, window, reference, series } of windows) {
    if (medianLatencies(reference).length === 0 || medianLatencies(series).length === 0) continue;
    for (const share of [0.95, 0.99]) {
      await setImmediate();
      const own = random.fork(`${probe}/${window}/${share}`);
      tails.push({ probe, window, ...tailRatio(share, reference, series, own) });
    }
  }
  return tails;
}

function judgedProbes({ experiment: { steadyState } }: Evidence): string[] {
  const named = new Set(steadyState.objectives.map(({ probe }) => probe));
  const names = steadyState.probes.map(({ name }) => name);
  return named.size === 0 ? names : names.filter((name) => named.has(name));
}

/** The worst verdict has the lowest number. */
function badness(verdict: Verdict): number {
  return VERDICTS.indexOf(verdict);
}

function worst(sorted: readonly Reason[]): Verdict {
  return sorted[0]?.verdict ?? 'inconclusive';
}

import type { Experiment } from '../experiment/experiment.ts';
import type { JsonObject } from '../json.ts';

/**
 * What a run showed, worst first; the worst that applies wins (after Jepsen's checker priorities).
 * - `leaked`: a fault could not be proven undone.
 * - `invalid`: the experiment itself did not work: no effect, no trustworthy samples, a system broken beforehand.
 * - `aborted`: stopped before its end.
 * - `failed`: not recovered in time, relapsed, or an objective broken that the hypothesis says holds.
 * - `flapping`: three or more false recoveries.
 * - `inconclusive`: too little data to tell.
 * - `recovered`: users were hit, and were fine again in time.
 * - `held`: nobody was hit.
 */
export const VERDICTS = [
  'leaked',
  'invalid',
  'aborted',
  'failed',
  'flapping',
  'inconclusive',
  'recovered',
  'held',
] as const;

export type Verdict = (typeof VERDICTS)[number];

/** One finding, the verdict it speaks for, and the numbers behind it. */
export interface Reason {
  readonly verdict: Verdict;
  /** Stable, kebab-case. */
  readonly code: string;
  readonly sentence: string;
  readonly numbers: JsonObject;
}

/** Reasons worst first; the order among equals is kept. */
export function worstFirst(reasons: readonly Reason[]): Reason[] {
  return reasons.toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
}

/** The worst verdict any reason speaks for. No reason is no data: `inconclusive`. */
export function verdictOf(reasons: readonly Reason[]): Verdict {
  return worstFirst(reasons)[0]?.verdict ?? 'inconclusive';
}

/** True when the verdict is what the experiment expected, or better. */
export function passes(verdict: Verdict, expect: Experiment['expect']): boolean {
  return verdict === 'held' || (verdict === 'recovered' && expect === 'recovered');
}

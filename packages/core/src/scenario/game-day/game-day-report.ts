import type { JsonObject } from '../../json.ts';
import type { Report } from '../../run/report-schema.ts';
import type { GameDayPlan } from './game-day-schema.ts';
import type { Reactions } from './reaction.ts';

/** What happened on a game day, in the order of time. */
export interface TimelineEntry {
  /** Milliseconds since the day began. */
  readonly at: number;
  readonly kind:
    | 'began'
    | 'inject'
    | 'effect'
    | 'impact'
    | 'noticed'
    | 'acted'
    | 'recovered'
    | 'note'
    | 'revealed'
    | 'ended';
  /** The person or program that did it. */
  readonly by: string | null;
  readonly text: string;
  /** Which inject it belongs to, from 1. */
  readonly inject: number | null;
}

/** What was done, and what came of it. */
export interface InjectReport {
  /** From 1. */
  readonly number: number;
  readonly title: string;
  readonly hidden: boolean;
  readonly scenario: string;
  readonly parameters: JsonObject;
  readonly expected: string | null;
  /** SHA-256 (hex) of `opened`, published when the day began: what was hidden was decided before. */
  readonly seal: string;
  readonly opened: string;
  /** Null: the day ended before. */
  readonly run: {
    readonly id: string;
    readonly verdict: Report['verdict'];
    readonly passed: boolean;
    readonly timeToRecover: number | null;
    /** What reactions are counted from; null when nothing was in effect. */
    readonly countedFrom: 'impact' | 'effect' | null;
    readonly detection: Reactions;
    readonly action: Reactions;
    /** Who raised an alarm before anything was in effect. */
    readonly falseAlarms: readonly string[];
  } | null;
}

/** Means over the injects that were noticed, in ms; the number that were not is beside them. */
export interface MeanReaction {
  readonly mean: number | null;
  readonly observed: number;
  readonly missed: number;
}

/** The report of a game day. Plain JSON; the runs' own reports are beside it, found by their ids. */
export interface GameDayReport {
  readonly format: 'bridge-chaos/game-day';
  readonly version: 1;
  readonly name: string;
  readonly description: string | null;
  readonly startedAt: string;
  readonly endedAt: string;
  readonly roles: GameDayPlan['roles'];
  readonly ended: 'complete' | 'aborted' | 'leaked';
  readonly injects: readonly InjectReport[];
  readonly detection: { readonly human: MeanReaction; readonly automatic: MeanReaction };
  readonly action: { readonly human: MeanReaction; readonly automatic: MeanReaction };
  readonly timeline: readonly TimelineEntry[];
}

/** Means of one kind of reaction over all injects that ran and had an effect. */
export function meanReactions(
  injects: readonly InjectReport[],
  kind: 'detection' | 'action',
): GameDayReport['detection'] {
  const ran = injects.flatMap(({ run }) => (run === null || run.countedFrom === null ? [] : [run[kind]]));
  const mean = (who: 'human' | 'automatic'): MeanReaction => {
    const times = ran.flatMap((reactions) => reactions[who]?.after ?? []);
    const sum = times.reduce((total, time) => total + time, 0);
    return {
      mean: times.length === 0 ? null : sum / times.length,
      observed: times.length,
      missed: ran.length - times.length,
    };
  };
  return { human: mean('human'), automatic: mean('automatic') };
}

import type { TargetsRecord } from './targets-record.ts';

export type ScheduleMode = 'live' | 'safe' | 'stress';

/** One of the deeds that were chosen at a tick. */
export interface PickedDeed extends TargetsRecord {
  readonly name: string;
  readonly kind: string;
  /** Draws the targets and everything else in the deed. */
  readonly seed: number;
  /** Share of its weight among all that could be chosen, 0 to 1. */
  readonly chance: number;
  readonly why: string;
  /** What the pace counts this under. */
  readonly groups: readonly string[];
  /** Why it would not work now. Only in mode `safe`: otherwise such a deed is not picked. */
  readonly obstacles: readonly string[];
}

/**
 * Why a tick was not used.
 * - `missed`: noticed too late, or others came due before it was noticed.
 * - `busy`: the pick before is still under way.
 * - `claimed`: another replica has this tick, or the fence did not answer.
 * - `too-soon`: every group was hit too short ago.
 * - `not-ready`: the plan has obstacles, or planning failed.
 * - `window`: it would not end before the window closes or a blackout begins.
 * - `stopped`: the emergency stop is engaged, or the engine is not armed or not started.
 * - `differs`: a replay would pick other targets than were recorded.
 */
export type SkipReason = 'missed' | 'busy' | 'claimed' | 'too-soon' | 'not-ready' | 'window' | 'stopped' | 'differs';

/** What schedules do. `runId` of these events is the schedule's id. */
export interface ScheduleEvents {
  /** A schedule was handed to the engine. Everything it draws follows from the seed. */
  'schedule:started': {
    readonly schedule: string;
    readonly seed: number;
    readonly mode: ScheduleMode;
    readonly when: string;
    readonly deeds: readonly string[];
    /** The schedule or the run that it repeats. */
    readonly replays: string | null;
  };
  'schedule:changed': {
    readonly schedule: string;
    readonly from: string;
    readonly to: string;
    readonly reason: string;
  };
  /** What was chosen at a tick, recorded before it begins. In mode `safe` nothing follows. */
  'schedule:picked': {
    readonly schedule: string;
    /** The tick, RFC 3339. */
    readonly due: string;
    /** Milliseconds from the start of the schedule to the tick. */
    readonly offset: number;
    readonly mode: ScheduleMode;
    readonly deeds: readonly PickedDeed[];
  };
  /** A tick that would have been used, and why it was not. */
  'schedule:skipped': {
    readonly schedule: string;
    readonly due: string;
    readonly offset: number;
    readonly reason: SkipReason;
    readonly detail: string;
  };
  /** What became of a pick. Milliseconds. */
  'schedule:done': {
    readonly schedule: string;
    readonly due: string;
    readonly offset: number;
    readonly took: number;
    readonly outcomes: readonly {
      readonly deed: string;
      readonly outcome: 'passed' | 'failed' | 'inconclusive';
      readonly detail: string;
      readonly runs: readonly string[];
    }[];
  };
}

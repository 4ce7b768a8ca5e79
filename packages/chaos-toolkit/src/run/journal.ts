import { hostname, machine, release, type as systemName } from 'node:os';
import type { Clock, Json, JsonObject } from '@bridge/chaos-core';

export type JournalStatus = 'completed' | 'failed' | 'aborted' | 'interrupted';

/** What a run did, in the shape of Chaos Toolkit's journal. Activities are as written, not substituted. */
export interface Journal {
  readonly 'chaoslib-version': string;
  readonly platform: string;
  readonly node: string;
  readonly experiment: JsonObject;
  /** ISO 8601 in UTC, microseconds: `2026-11-22T00:27:07.937000+00:00`; so are all times here. */
  readonly start: string;
  readonly status: JournalStatus;
  /** The steady state was not met after the method. */
  readonly deviated: boolean;
  readonly steady_states: {
    readonly before: HypothesisState | null;
    readonly after: HypothesisState | null;
    readonly during: readonly HypothesisState[];
  };
  readonly run: readonly JournalEntry[];
  readonly rollbacks: readonly JournalEntry[];
  readonly end: string;
  /** Seconds, as everywhere in the journal. */
  readonly duration: number;
}

export interface HypothesisState {
  steady_state_met: boolean | null;
  readonly probes: JournalEntry[];
}

/** One activity. Without `status` when it was cut off. */
export interface JournalEntry {
  readonly activity: JsonObject;
  output: Json;
  readonly start: string;
  status?: 'succeeded' | 'failed';
  end?: string;
  duration?: number;
  tolerance_met?: boolean;
  exception?: string[];
}

/** The version whose behaviour is reproduced. */
const CHAOSLIB_VERSION = '1.45.0';

export function journalHead() {
  return {
    'chaoslib-version': CHAOSLIB_VERSION,
    platform: `${systemName()}-${release()}-${machine()}`,
    node: hostname(),
  };
}

/** A wall-clock time as the journal writes it. */
export function timestamp(clock: Clock): string {
  return new Date(clock.wall()).toISOString().replace('Z', '000+00:00');
}

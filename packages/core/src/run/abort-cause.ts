import type { RevertCause } from '../fault/life.ts';
import type { JsonObject } from '../json.ts';

/** Why a run ended before its end. */
export type AbortCode =
  | 'requested'
  | 'stop-condition'
  | 'max-duration'
  | 'refused'
  | 'emergency-stop'
  | 'signal'
  | 'stale'
  | 'guardian-lost'
  | 'engine-closed';

export interface AbortCause {
  readonly code: AbortCode;
  readonly sentence: string;
  readonly numbers: JsonObject;
}

const REVERT_CAUSES: Readonly<Partial<Record<AbortCode, RevertCause>>> = {
  'emergency-stop': 'emergency-stop',
  signal: 'signal',
  stale: 'stale',
  'guardian-lost': 'guardian-lost',
  'engine-closed': 'engine-close',
};

/** The cause under which faults of an aborted run are reverted. */
export function revertCauseOf(abort: AbortCause): RevertCause {
  return REVERT_CAUSES[abort.code] ?? 'run-aborted';
}

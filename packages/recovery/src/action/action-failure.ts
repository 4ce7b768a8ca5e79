import { ChaosError } from '@bridge/chaos-core';

/** `CHAOS_ACTION_FAILED` with the action's name and what came instead. */
export function failed(action: string, reason: string, cause?: unknown): ChaosError {
  return new ChaosError('CHAOS_ACTION_FAILED', `${action}: ${reason}`, cause === undefined ? {} : { cause });
}

import { ChaosError, type Target } from '@bridge/chaos-core';

/** What `plan()` says of a process that a fault cannot be done to. */
export function impossibleFor({ id, name }: Target, reason: string, remedy: string): ChaosError {
  return new ChaosError('CHAOS_FAULT_IMPOSSIBLE', `process ${id} (${name}) ${reason}; ${remedy}`);
}

import { ChaosError } from '@bridge/chaos-core';

/** What was typed is not what the command expects. */
export function usageError(message: string, cause?: unknown): ChaosError {
  return new ChaosError('CHAOS_CLI_USAGE', message, cause === undefined ? {} : { cause });
}

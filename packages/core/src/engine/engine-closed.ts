import { ChaosError } from '../errors.ts';

export function engineClosed(): ChaosError {
  return new ChaosError('CHAOS_ENGINE_CLOSED', 'the engine was closed. Make a new one.');
}

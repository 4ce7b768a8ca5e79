import { ChaosError } from '@bridge/chaos-core';
import type { Finding } from '../run/finding.ts';

/** Throws one error that names every trap, with path and remedy. */
export function refuseTraps(traps: readonly Finding[]): void {
  if (traps.length === 0) return;
  const lines = traps.map(
    ({ path, message, remedy }) => `${path === '' ? 'the experiment' : path}: ${message}. ${remedy}`,
  );
  const details = { path: traps[0]?.path ?? '', traps: traps.map(({ trap, path }) => ({ trap, path })) };
  const note = 'Mode "compat" runs it as it is.';
  throw new ChaosError('CHAOS_EXPERIMENT_INVALID', `${lines.join('\n')}\n${note}`, { details });
}

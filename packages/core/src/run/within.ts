import type { Clock } from '../clock.ts';
import { ChaosError } from '../errors.ts';

/**
 * The awaited value, or a rejection with `CHAOS_PLUGIN_INVALID` when it did not come within `limit` ms: what a plugin
 * was asked to end must not keep a run from ending.
 */
export async function within<Value>(
  clock: Clock,
  limit: number,
  what: string,
  awaited: Promise<Value>,
): Promise<Value> {
  const late = Promise.withResolvers<never>();
  const message = `expected ${what} to end within ${limit} ms, and it is still going on`;
  using _timer = clock.timer(limit, () => late.reject(new ChaosError('CHAOS_PLUGIN_INVALID', message)));
  return await Promise.race([awaited, late.promise]);
}

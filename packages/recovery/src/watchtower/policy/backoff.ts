import type { Random } from '@bridge/chaos-core';
import type { WatchPolicy } from './watch-policy.ts';

/**
 * Milliseconds before the next restart; `restarts` = how many there were in this row. Full jitter (Brooker, "Exponential
 * backoff and jitter", 2015): uniform from 0 to the doubled bound, so that many targets do not come back at once.
 */
export function restartDelay(restarts: number, { first, base, cap }: WatchPolicy['backoff'], random: Random): number {
  const bound = restarts === 0 ? first : Math.min(cap, base * 2 ** (restarts - 1));
  return random.next() * bound;
}

import { type DurationInput, duration } from '@bridge/chaos-core';

const LONGEST = 10_000;

/** Time a container gets to end by itself before SIGKILL. Default 3 s; at most 10 s, which bounds `settle`. */
export const grace = duration.refine((ms) => ms <= LONGEST, { error: 'expected a grace of at most 10s' }).default(3000);

/** A stop that is in flight when its sender dies can still land this much later. */
export const SETTLE_AFTER_GRACE: DurationInput = '12s';

/** Whole seconds, as the engine takes them; rounds up. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}

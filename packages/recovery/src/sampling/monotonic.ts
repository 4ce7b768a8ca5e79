import { type Clock, systemClock } from '@bridge/chaos-core';

/** CLOCK_MONOTONIC in ms: the same for every thread of the process, while `performance.now()` has an origin in each. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/**
 * The system clock, telling the time of another thread's clock. Both clocks of a process run alike: the distance between
 * their origins is measured once.
 */
export function shiftedClock(offset: number): Clock {
  const shift = monotonic() - systemClock.now() + offset;
  return { ...systemClock, now: () => systemClock.now() + shift };
}

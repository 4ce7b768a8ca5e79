import { type Clock, systemClock } from '@bridge/chaos-core';

/** CLOCK_MONOTONIC in ms: the same for every thread of the process, while `performance.now()` has an origin in each. */
export function monotonic(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The system clock, telling the time of another thread's clock. */
export function shiftedClock(offset: number): Clock {
  return { ...systemClock, now: () => monotonic() + offset };
}

import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { type Clock, sleepOn } from '../clock.ts';
import { type Timer, TimerQueue } from './timer-queue.ts';

/** A clock that stands still until it is told to move. */
export interface VirtualClock extends Clock {
  /**
   * Moves time on by `ms`, running every timer that falls due, in order, each at its own instant; timers with the same
   * instant run in the order they were set. Between timers every promise chain runs to its end, however long, so code
   * that sleeps again is woken again within the same call. Real input and output is not waited for.
   */
  advance(ms: number): Promise<void>;
  /** Moves time on to the next timer and runs it. False when nothing waits. */
  next(): Promise<boolean>;
  /** Moves the wall clock alone, as an operator or NTP does. Timers do not notice. */
  shiftWall(ms: number): void;
  /** How many timers wait. */
  readonly pending: number;
}

export interface VirtualClockOptions {
  /** The wall clock's start: milliseconds since the Unix epoch or RFC 3339. Default 2026-01-01T00:00:00Z. */
  readonly start?: number | string;
}

export function virtualClock({ start = '2026-01-01T00:00:00Z' }: VirtualClockOptions = {}): VirtualClock {
  const queue = new TimerQueue();
  let now = 0;
  let wallAtZero = new Date(start).getTime();
  let order = 0;

  const runNext = async (until: number): Promise<boolean> => {
    const timer = queue.takeDue(until);
    if (timer === undefined) return false;
    now = Math.max(now, timer.due);
    timer.callback();
    await eventLoopTurn();
    return true;
  };
  const clock: VirtualClock = {
    now: () => now,
    wall: () => wallAtZero + now,
    timer(delay, callback) {
      const timer: Timer = { due: now + Math.max(0, delay), order, callback };
      order += 1;
      queue.add(timer);
      return { [Symbol.dispose]: () => queue.cancel(timer) };
    },
    sleep: (delay, options = {}) => sleepOn(clock, delay, options),
    async advance(ms) {
      const until = now + ms;
      await eventLoopTurn();
      while (await runNext(until));
      now = Math.max(now, until);
    },
    async next() {
      await eventLoopTurn();
      return runNext(Number.POSITIVE_INFINITY);
    },
    shiftWall(ms) {
      wallAtZero += ms;
    },
    get pending() {
      return queue.size;
    },
  };
  return clock;
}

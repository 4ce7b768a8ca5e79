import { Cron } from 'croner';
import { seededRandom } from '../random.ts';

/** Instants at which something may happen. Milliseconds since the Unix epoch. */
export interface Calendar {
  /** For people and the record. */
  readonly text: string;
  /** The first tick after `at`; undefined when there is none any more. */
  next(at: number): number | undefined;
  /** The last tick at or before `at`. */
  latest(at: number): number | undefined;
}

/**
 * Every so many milliseconds, counted from the Unix epoch and not from the start, so that all replicas of a fleet and
 * all lives of a process tick at the same instants. Schedules of different names tick at different ones.
 */
export function intervalCalendar(every: number, name: string): Calendar {
  const phase = Math.floor(seededRandom(`phase/${name}`).next() * every);
  const latest = (at: number): number => Math.floor((at - phase) / every) * every + phase;
  return { text: `every ${every} ms`, latest, next: (at) => latest(at) + every };
}

/**
 * By a cron pattern in a time zone. Where clocks change, a time of day that is skipped comes at the first valid time
 * after it, one that comes twice counts at the first.
 */
export function cronCalendar(pattern: string, timeZone: string): Calendar {
  const cron = new Cron(pattern, { timezone: timeZone, paused: true });
  return {
    text: `"${pattern}" ${timeZone}`,
    next: (at) => cron.nextRun(new Date(at))?.getTime(),
    latest(at) {
      // Cron looks at whole seconds and excludes its reference: the next whole second includes `at` itself.
      const reference = new Date((Math.floor(at / 1_000) + 1) * 1_000);
      return cron.previousRuns(1, reference)[0]?.getTime();
    },
  };
}

/** At these instants, in ascending order. */
export function listedCalendar(instants: readonly number[]): Calendar {
  return {
    text: `${instants.length} recorded`,
    next: (at) => instants.find((instant) => instant > at),
    latest: (at) => instants.findLast((instant) => instant <= at),
  };
}

import { Cron } from 'croner';
import * as z from 'zod';
import { duration } from '../duration.ts';
import { messageOf } from '../errors.ts';

/** A stretch of wall-clock time, `until` exclusive. Milliseconds since the Unix epoch. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** Recurring or single stretches of wall-clock time. */
export interface Window {
  /** As the user wrote it, for refusals. */
  readonly text: string;
  /** The stretch that `at` lies in. */
  openAt(at: number): Stretch | undefined;
  /** The first stretch that begins after `at`. */
  nextAfter(at: number): Stretch | undefined;
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** An IANA name; `UTC` unless given. */
export const timeZone = z
  .string()
  .refine(isTimeZone, { error: 'expected an IANA time zone such as "Europe/Berlin" or "UTC"' })
  .default('UTC');
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as "09:30"');

/** Five or six fields. */
export const cronPattern = z.string().superRefine((pattern, ctx) => {
  const problem = cronProblem(pattern);
  if (problem !== undefined) ctx.addIssue({ code: 'custom', message: problem, input: pattern });
});

const cronWindow = z
  .strictObject({
    cron: cronPattern.describe('When the window opens, five or six fields: "0 9 * * MON-FRI"'),
    timeZone,
    lasts: duration.refine((value) => value > 0, 'expected a duration above 0'),
  })
  .transform(({ cron, timeZone, lasts }): Window => {
    const opening = new Cron(cron, { timezone: timeZone, paused: true });
    return recurring(`"${cron}" ${timeZone} for ${lasts} ms`, opening, (from) => from + lasts);
  });

const dailyWindow = z
  .strictObject({
    days: z
      .array(z.enum(DAYS))
      .min(1)
      .default([...DAYS]),
    from: timeOfDay,
    to: timeOfDay.describe('Exclusive. At or before `from` means on the next day'),
    timeZone,
  })
  .transform(({ days, from, to, timeZone }): Window => {
    const at = (time: string, onDays: string): Cron => {
      const [hour, minute] = time.split(':').map(Number);
      return new Cron(`${minute} ${hour} * * ${onDays}`, { timezone: timeZone, paused: true });
    };
    const closing = at(to, '*');
    // Closing by the wall clock, not by a length: a night in which clocks change is an hour shorter or longer. Where both
    // ends are skipped they are the same moment, and the window does not open; a whole day is one from `from` to `from`.
    const before = from === to ? 0 : 1_000;
    const until = (start: number): number => closing.nextRun(new Date(start - before))?.getTime() ?? start;
    return recurring(`${days.join(',')} ${from}-${to} ${timeZone}`, at(from, days.join(',').toUpperCase()), until);
  });

const singleWindow = z
  .strictObject({
    starts: z.iso.datetime({ offset: true }).describe('RFC 3339 with offset'),
    ends: z.iso.datetime({ offset: true }).describe('Exclusive'),
  })
  .refine(({ starts, ends }) => Date.parse(starts) < Date.parse(ends), 'expected `ends` after `starts`')
  .transform(({ starts, ends }): Window => {
    const stretch: Stretch = { from: Date.parse(starts), until: Date.parse(ends) };
    return {
      text: `${starts} to ${ends}`,
      openAt: (at) => (stretch.from <= at && at < stretch.until ? stretch : undefined),
      nextAfter: (at) => (at < stretch.from ? stretch : undefined),
    };
  });

/**
 * A time window: `{ cron, timeZone, lasts }`, `{ days, from, to, timeZone }` or `{ starts, ends }`. The time zone is `UTC`
 * unless given. Where clocks change, a time that is skipped opens at the first valid time after it, a time that comes
 * twice opens at the first.
 */
export const windowSchema = z.union([cronWindow, dailyWindow, singleWindow]);

export type WindowInput = z.input<typeof windowSchema>;

function recurring(text: string, opening: Cron, until: (from: number) => number): Window {
  const stretch = (date: Date | null | undefined): Stretch | undefined =>
    date ? { from: date.getTime(), until: until(date.getTime()) } : undefined;
  return {
    text,
    openAt(at) {
      // Cron looks at whole seconds and excludes its reference: the next whole second includes `at` itself.
      const reference = new Date((Math.floor(at / 1_000) + 1) * 1_000);
      const last = stretch(opening.previousRuns(1, reference)[0]);
      return last !== undefined && at < last.until ? last : undefined;
    },
    nextAfter(at) {
      for (let next = stretch(opening.nextRun(new Date(at))); ; next = stretch(opening.nextRun(new Date(next.from)))) {
        if (next === undefined || next.from < next.until) return next;
      }
    },
  };
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function cronProblem(pattern: string): string | undefined {
  try {
    new Cron(pattern, { paused: true, mode: '5-or-6-parts' });
    return undefined;
  } catch (thrown) {
    return `expected a cron pattern: ${messageOf(thrown)}`;
  }
}

/** How far on from `at`, without a gap, the windows stay open; looks no further than `goal`. `at` itself when closed. */
export function openUntil(windows: readonly Window[], at: number, goal: number): number {
  let reached = at;
  while (reached < goal) {
    const further = Math.max(...windows.map((window) => window.openAt(reached)?.until ?? reached));
    if (further <= reached) break;
    reached = further;
  }
  return reached;
}

/** The first window that is open at some time in `[from, until]`. */
export function openWithin(windows: readonly Window[], from: number, until: number): Window | undefined {
  return windows.find((window) => {
    const next = window.openAt(from) ?? window.nextAfter(from);
    return next !== undefined && next.from <= until;
  });
}

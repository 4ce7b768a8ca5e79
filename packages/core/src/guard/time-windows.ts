import type { Guard, GuardOpinion } from './guard.ts';
import { no, yes } from './opinion.ts';
import type { Safety } from './safety.ts';
import { openUntil, openWithin, type Window } from './window.ts';

const RULE = 'window';

const rfc3339 = (at: number): string => new Date(at).toISOString();

/** Inside a window and outside every blackout, from now to the end of the hold when that is known. */
export function timeWindowsGuard({ windows, blackouts }: Pick<Safety, 'windows' | 'blackouts'>): Guard {
  return {
    rule: RULE,
    async check({ hold = 0 }, { clock }) {
      const now = clock.wall();
      const end = now + hold;
      const blackout = openWithin(blackouts, now, end);
      if (blackout !== undefined) {
        return no(RULE, {
          value: `${rfc3339(now)} to ${rfc3339(end)}`,
          limit: `no chaos in ${blackout.text}`,
          reason: 'the fault would live inside a blackout',
          remedy: 'wait until the blackout is over, or hold the fault for less time',
        });
      }
      return windows.length === 0 ? yes(RULE, 'no window is set: any time') : insideWindow(windows, now, end);
    },
  };
}

function insideWindow(windows: readonly Window[], now: number, end: number): GuardOpinion {
  const limit = windows.map((window) => window.text).join('; ');
  if (!windows.some((window) => window.openAt(now) !== undefined)) {
    return no(RULE, { value: rfc3339(now), limit, reason: 'no window is open now', remedy: nextOpening(windows, now) });
  }
  const until = openUntil(windows, now, end);
  if (until >= end) return yes(RULE);
  return no(RULE, {
    value: `until ${rfc3339(end)}`,
    limit: `open until ${rfc3339(until)}`,
    reason: 'the window closes before the hold of the fault is over',
    remedy: 'hold the fault for less time, or start earlier',
  });
}

function nextOpening(windows: readonly Window[], now: number): string {
  const openings = windows.flatMap((window) => window.nextAfter(now)?.from ?? []);
  return openings.length === 0 ? 'no window opens again' : `the next one opens at ${rfc3339(Math.min(...openings))}`;
}

import type { Clock } from '../clock.ts';
import type { ActiveFault, GroupStanding, RecentInjection, World } from '../guard/guard.ts';
import { sameTarget, type Target } from '../target/target.ts';

/** A fault the plan has laid out. Times in milliseconds after the start of the run. */
export interface LaidOutFault {
  readonly type: string;
  readonly target: Target;
  readonly at: number;
  /** The same as `at` for a momentary fault: nothing holds it. */
  readonly until: number;
}

/**
 * The world as it would be during the run: what is now, the faults laid out before, and a clock that has gone on. So a
 * plan sees that its own faults are too many at once, or that a window closes before the last one.
 */
export class PlannedWorld {
  readonly #now: World;
  readonly #start: number;
  readonly #recent: RecentInjection[];
  #live: { readonly active: ActiveFault; readonly until: number }[] = [];

  constructor(now: World) {
    this.#now = now;
    this.#start = now.clock.now();
    this.#recent = [...now.recent];
  }

  /** Faults are laid out in the order of time. */
  add({ type, target, at, until }: LaidOutFault): void {
    const since = this.#start + at;
    this.#recent.push({ type, target, at: since });
    this.#live.push({ active: { id: `planned-${this.#recent.length}`, type, target, since }, until });
  }

  at(time: number): World {
    this.#live = this.#live.filter(({ until }) => time < until);
    const now = this.#now;
    const own = this.#live.map(({ active }) => active);
    return {
      purpose: 'plan',
      clock: later(now.clock, time),
      signal: now.signal,
      latch: now.latch,
      active: [...now.active, ...own],
      recent: [...this.#recent],
      async group(target): Promise<GroupStanding> {
        const { members, underFault } = await now.group(target);
        const planned = own.map((fault) => fault.target).filter((other) => isInGroup(other, target));
        return { members, underFault: [...underFault, ...planned] };
      },
      protects: (target) => now.protects(target),
      health: () => now.health(),
    };
  }
}

function isInGroup(other: Target, target: Target): boolean {
  if (sameTarget(other, target)) return true;
  return target.group !== undefined && other.kind === target.kind && other.group === target.group;
}

function later(clock: Clock, by: number): Clock {
  return {
    now: () => clock.now() + by,
    wall: () => clock.wall() + by,
    timer: (delay, callback, options) => clock.timer(delay, callback, options),
    sleep: (delay, options) => clock.sleep(delay, options),
  };
}

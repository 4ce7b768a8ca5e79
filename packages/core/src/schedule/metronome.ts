import type { Clock } from '../clock.ts';
import type { Calendar } from './calendar.ts';

/** The longest sleep: after the host slept, or its clock was set, the time is wrong no longer than this. */
const LOOK = 10 * 60_000;

export interface MetronomeOptions {
  readonly clock: Clock;
  readonly calendar: Calendar;
  /** Milliseconds a tick may be noticed late. */
  readonly grace: number;
  /** The first start counts ticks after this instant, also those that have passed. Default: the instant of the start. */
  readonly since?: number | undefined;
  readonly onTick: (due: number) => void;
  /** Nobody looked in time at the ticks from the first to the last of these. */
  readonly onMissed: (first: number, last: number) => void;
  /** There is no tick any more. */
  readonly onOver: () => void;
}

/**
 * Calls back at the ticks of a calendar, by the wall clock. Every tick at most once and in ascending order, whatever
 * the clock does: set back, set forward, stopped with the host. Of ticks that pass unnoticed only the last one counts,
 * and only within `grace`.
 */
export class Metronome {
  readonly #options: MetronomeOptions;
  #last = Number.NEGATIVE_INFINITY;
  #next: number | undefined;
  #timer: Disposable | undefined;
  /** Tells a metronome that was stopped, or started anew, by whom it called. */
  #round = 0;

  constructor(options: MetronomeOptions) {
    this.#options = options;
  }

  /** The next tick while it runs. */
  get next(): number | undefined {
    return this.#next;
  }

  /** Ticks from now on. */
  start(): void {
    this.stop();
    const { clock, since } = this.#options;
    const isFirst = this.#last === Number.NEGATIVE_INFINITY;
    this.#last = isFirst && since !== undefined ? since : Math.max(this.#last, clock.wall());
    this.#advance();
  }

  stop(): void {
    this.#round += 1;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#next = undefined;
  }

  #advance(): void {
    this.#next = this.#options.calendar.next(this.#last);
    if (this.#next === undefined) this.#options.onOver();
    else this.#sleep(this.#next);
  }

  #sleep(until: number): void {
    const { clock } = this.#options;
    const delay = Math.min(Math.max(1, until - clock.wall()), LOOK);
    this.#timer = clock.timer(delay, () => this.#look(until));
  }

  #look(due: number): void {
    const { clock, calendar, grace, onTick, onMissed } = this.#options;
    const now = clock.wall();
    if (now < due) {
      this.#sleep(due);
      return;
    }
    const latest = Math.max(due, calendar.latest(now) ?? due);
    this.#last = latest;
    const round = this.#round;
    const isLate = now - latest > grace;
    if (isLate) onMissed(due, latest);
    else if (latest > due) onMissed(due, latest - 1);
    if (!isLate) onTick(latest);
    if (round === this.#round) this.#advance();
  }
}

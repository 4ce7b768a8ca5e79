import type { Target } from '../target/target.ts';
import type { Deed, DeedHost, DeedResult } from './deed.ts';
import type { PickedDeed, ScheduleMode, SkipReason } from './schedule-events.ts';

/** An instant at which something may be done. Milliseconds since the Unix epoch. */
export interface Tick {
  readonly due: number;
  /** Milliseconds since the tick before. */
  readonly spacing: () => number;
}

/** A deed that was chosen, with what is recorded of it. */
export interface Choice {
  readonly deed: Deed;
  readonly record: PickedDeed;
  readonly targets: readonly Target[];
  /** Milliseconds it takes at most. */
  readonly lasts: number;
}

export type Picking =
  | { readonly picked: true; readonly choices: readonly Choice[] }
  | { readonly picked: false; readonly reason: SkipReason; readonly detail: string };

export type Unpicked = Extract<Picking, { readonly picked: false }>;

export interface PickingContext {
  readonly host: DeedHost;
  readonly actor: string;
  readonly signal: AbortSignal;
}

export interface PickResult {
  readonly deed: string;
  readonly outcome: DeedResult['outcome'];
}

/** What decides at a tick what is done. */
export interface Picker {
  readonly mode: ScheduleMode;
  readonly deeds: readonly Deed[];
  /** Whether the tick is used at all. Costs little: asked at every tick. */
  wants(tick: Tick): boolean;
  pick(tick: Tick, context: PickingContext): Promise<Picking>;
  /** The choices begin now. */
  begun?(tick: Tick, choices: readonly Choice[]): void;
  /** How a pick ended. */
  done?(results: readonly PickResult[]): void;
  /** Reads what was recorded before. */
  remember?(): Promise<void>;
}

/** Lines of obstacles that are recorded: an entry of a ledger holds 64 KiB. */
const SHOWN = 10;

/** The first obstacles, and how many more there are. */
export function shownObstacles(obstacles: readonly string[]): readonly string[] {
  const others = obstacles.length - SHOWN;
  return others <= 0 ? obstacles : [...obstacles.slice(0, SHOWN), `and ${others} more`];
}

/** A deed that would not work now. */
export function notReady(name: string, obstacles: readonly string[]): Unpicked {
  return { picked: false, reason: 'not-ready', detail: `${name}: ${shownObstacles(obstacles).join('; ')}` };
}

import {
  type Clock,
  type DurationInput,
  type Logger,
  messageOf,
  milliseconds,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { type Snapshot, SnapshotStore } from './snapshot-store.ts';

export interface SnapshotPlan {
  /** Name the snapshots are kept and asked for under. */
  readonly name: string;
  readonly file: string;
  /** Default 1 h. The first one is taken at once. */
  readonly every?: DurationInput;
  /** How many are kept whatever their age. Default 3. */
  readonly keep?: number;
  /** Those beyond `keep` are removed when they are older. Default: at once. */
  readonly maxAge?: DurationInput;
}

export interface SnapshotScheduleOptions {
  readonly folder: string;
  readonly plans: readonly SnapshotPlan[];
  readonly clock?: Clock;
  readonly log?: Logger;
  /** Hears of every round: the snapshot that is newest now, or why there is none. */
  readonly onRound?: (round: SnapshotRound) => void;
}

export type SnapshotRound =
  | { readonly name: string; readonly ok: true; readonly snapshot: Snapshot; readonly removed: number }
  | { readonly name: string; readonly ok: false; readonly reason: string };

const HOUR = 3_600_000;

/** Takes snapshots again and again, so that there is something to restore. A round that fails does not end it. */
export class SnapshotSchedule implements AsyncDisposable {
  readonly store: SnapshotStore;
  readonly #end = new AbortController();
  readonly #rounds: Promise<unknown>;

  constructor({ folder, plans, clock = systemClock, log = silentLogger, onRound }: SnapshotScheduleOptions) {
    this.store = new SnapshotStore(folder, clock);
    const { signal } = this.#end;
    const tell = (round: SnapshotRound): void => {
      if (!round.ok) log.warn({ snapshot: round.name, reason: round.reason }, 'no snapshot could be taken');
      onRound?.(round);
    };
    const follow = async (plan: SnapshotPlan): Promise<void> => {
      const every = plan.every === undefined ? HOUR : milliseconds(plan.every);
      while (!signal.aborted) {
        tell(await this.#round(plan));
        await clock.sleep(every, { signal, ref: false }).catch(() => {});
      }
    };
    this.#rounds = Promise.all(plans.map(follow));
  }

  async #round({ name, file, keep, maxAge }: SnapshotPlan): Promise<SnapshotRound> {
    try {
      const snapshot = await this.store.take(name, file);
      const removed = await this.store.prune(name, {
        ...(keep === undefined ? {} : { keep }),
        ...(maxAge === undefined ? {} : { maxAge: milliseconds(maxAge) }),
      });
      return { name, ok: true, snapshot, removed: removed.length };
    } catch (error) {
      return { name, ok: false, reason: messageOf(error) };
    }
  }

  async close(): Promise<void> {
    this.#end.abort();
    await this.#rounds;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** Takes snapshots from now on, until it is closed. */
export function snapshots(options: SnapshotScheduleOptions): SnapshotSchedule {
  return new SnapshotSchedule(options);
}

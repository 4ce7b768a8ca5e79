import type { Clock, Logger } from '@bridge/chaos-core';
import type { Sighting } from './watched-target.ts';

export interface WatchContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What a source tells the watchtower while it watches. */
export interface WatchListener {
  /** Something happened to this target, at this wall-clock time: look again. */
  changed(id: string, happenedAt: number): void;
  /** The source answers: from now on every change is told. What happened before must be looked for. */
  connected(): void;
  /** The source stopped answering, or never did. It goes on trying. */
  disconnected(reason: string, remedy: string): void;
}

/** Where watched targets live. Only targets that have asked for it are ever returned. */
export interface WatchSource {
  readonly kind: string;
  /** Follows changes until the signal aborts; reconnects by itself. Never rejects. */
  watch(listener: WatchListener, context: WatchContext): Promise<void>;
  /** Every watched target as it is now. Rejects when the source does not answer. */
  list(context: WatchContext): Promise<readonly Sighting[]>;
  /** One target as it is now; undefined when it exists no more or has not asked to be watched. */
  look(id: string, context: WatchContext): Promise<Sighting | undefined>;
  /** Starts what stopped, restarts what runs. Rejects when that failed. */
  restart(sighting: Sighting, context: WatchContext): Promise<void>;
}

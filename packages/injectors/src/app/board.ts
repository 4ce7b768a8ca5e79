import type { FaultContext } from '@bridge/chaos-core';
import { processWide } from './process-wide.ts';

/** What holds one effect in this process. Disposing ends it, in whatever order; a second time does nothing. */
export interface Carrier extends AsyncDisposable {
  /** Whether a sentinel sent through the host's own way comes back hit. */
  isLive(context: FaultContext): Promise<boolean>;
  counters?(): Counters;
}

export interface Counters {
  readonly eligible: number;
  readonly injected: number;
}

type Standing =
  | { readonly phase: 'starting'; cancelled: boolean }
  | { readonly phase: 'standing'; readonly carrier: Carrier };

/** The effects of this process by the id in their undo record. */
export class Board {
  readonly #standing = new Map<string, Standing>();

  find(id: string): Carrier | undefined {
    const standing = this.#standing.get(id);
    return standing?.phase === 'standing' ? standing.carrier : undefined;
  }

  /** Starts an effect. One that was ended meanwhile ends at once. */
  async put(id: string, begin: () => Promise<Carrier> | Carrier, signal: AbortSignal): Promise<void> {
    const starting: Standing = { phase: 'starting', cancelled: false };
    this.#standing.set(id, starting);
    try {
      signal.throwIfAborted();
      const carrier = await begin();
      if (!starting.cancelled && !signal.aborted) {
        this.#standing.set(id, { phase: 'standing', carrier });
        return;
      }
      await carrier[Symbol.asyncDispose]();
    } finally {
      if (this.#standing.get(id) === starting) this.#standing.delete(id);
    }
    signal.throwIfAborted();
  }

  async end(id: string): Promise<void> {
    const standing = this.#standing.get(id);
    if (standing?.phase === 'starting') standing.cancelled = true;
    if (standing?.phase !== 'standing') return;
    await standing.carrier[Symbol.asyncDispose]();
    this.#standing.delete(id);
  }
}

export const board = processWide('board', () => new Board());

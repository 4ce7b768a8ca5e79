import { ChaosError } from '@bridge/chaos-core';

/** Lets callers wait for a log to grow. */
export class Watchers {
  readonly #waiting = new Set<{
    readonly size: number;
    readonly resolve: () => void;
    readonly reject: (error: unknown) => void;
  }>();
  #closed = false;

  /** Resolves when the log has more than `size` entries; `now` = how many it has. */
  beyond(size: number, now: number, signal: AbortSignal): Promise<void> {
    if (now > size) return Promise.resolve();
    if (this.#closed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        this.#waiting.delete(waiter);
        reject(signal.reason);
      };
      const waiter = {
        size,
        resolve: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
        reject: (error: unknown) => {
          signal.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      this.#waiting.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  reached(size: number): void {
    for (const waiter of this.#waiting) {
      if (size <= waiter.size) continue;
      this.#waiting.delete(waiter);
      waiter.resolve();
    }
  }

  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiting) waiter.reject(closed());
    this.#waiting.clear();
  }
}

function closed(): ChaosError {
  return new ChaosError('CHAOS_LEDGER_CLOSED', 'the ledger was closed');
}

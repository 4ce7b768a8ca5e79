import type { Clock } from '@bridge/chaos-core';

/** Wakes everybody who waits. Who wakes looks for himself whether it was for him. */
export class Bell {
  #round = Promise.withResolvers<void>();

  ring(): void {
    this.#round.resolve();
    this.#round = Promise.withResolvers();
  }

  /** Until the next ring, at most `longest` milliseconds. Rejects with the signal's reason when aborted. */
  async wait(clock: Clock, longest: number, signal: AbortSignal): Promise<void> {
    const woken = new AbortController();
    const slept = clock.sleep(longest, { signal: AbortSignal.any([signal, woken.signal]), ref: false });
    const rung = this.#round.promise.then(() => woken.abort());
    await Promise.race([slept, rung]).catch(() => {});
    signal.throwIfAborted();
  }
}

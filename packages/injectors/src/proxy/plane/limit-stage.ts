import type { Receiver, Stage } from './stage.ts';

export interface Limit {
  readonly bytes: number;
  /** Spent when one byte too many arrives, or already when the last allowed one has. */
  readonly closes: 'exceeded' | 'reached';
}

/** Passes a number of bytes, then ends the direction and loses the rest. */
export class LimitStage implements Stage {
  next: Receiver;
  readonly full = false;
  readonly #onSpent: () => void;
  #limit: Limit;
  #passed = 0;
  #state: 'passing' | 'spent' | 'released' = 'passing';

  /** @param onSpent called once, when the limit is spent */
  constructor(limit: Limit, next: Receiver, onSpent: () => void) {
    this.#limit = limit;
    this.next = next;
    this.#onSpent = onSpent;
  }

  /** Another limit; what has passed still counts. */
  amend(limit: Limit): void {
    this.#limit = limit;
  }

  push(chunk: Buffer): void {
    if (this.#state === 'spent') return;
    const left = Math.max(0, this.#limit.bytes - this.#passed);
    if (
      this.#state === 'released' ||
      chunk.length < left ||
      (chunk.length === left && this.#limit.closes === 'exceeded')
    ) {
      this.#passed += chunk.length;
      this.next.push(chunk);
      return;
    }
    this.#state = 'spent';
    if (left > 0) this.next.push(chunk.subarray(0, left));
    this.next.end();
    this.#onSpent();
  }

  end(): void {
    if (this.#state !== 'spent') this.next.end();
  }

  release(): void {
    if (this.#state === 'passing') this.#state = 'released';
  }

  drop(): void {
    this.#state = 'spent';
  }
}

import type { Receiver, Stage } from './stage.ts';

/** Passes a number of bytes, then ends the direction and loses the rest. */
export class LimitStage implements Stage {
  next: Receiver;
  readonly full = false;
  readonly #onSpent: () => void;
  #left: number;
  #state: 'passing' | 'spent' | 'released' = 'passing';

  /** @param onSpent called once, when the first byte too many arrives */
  constructor(bytes: number, next: Receiver, onSpent: () => void) {
    this.#left = bytes;
    this.next = next;
    this.#onSpent = onSpent;
  }

  push(chunk: Buffer): void {
    if (this.#state === 'spent') return;
    if (this.#state === 'released' || chunk.length <= this.#left) {
      this.#left -= chunk.length;
      this.next.push(chunk);
      return;
    }
    this.#state = 'spent';
    if (this.#left > 0) this.next.push(chunk.subarray(0, this.#left));
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

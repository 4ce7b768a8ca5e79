import type { Receiver, Stage } from './stage.ts';

/** Loses every byte. What follows a gap must not be delivered, so its end is the end of the connection. */
export class SwallowStage implements Stage {
  next: Receiver;
  readonly full = false;
  readonly #onReleased: () => void;

  /** @param onReleased called when the fault ends */
  constructor(next: Receiver, onReleased: () => void) {
    this.next = next;
    this.#onReleased = onReleased;
  }

  push(): void {}

  end(): void {}

  release(): void {
    this.#onReleased();
  }

  drop(): void {}
}

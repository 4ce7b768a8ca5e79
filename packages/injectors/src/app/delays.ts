import type { Clock } from '@bridge/chaos-core';

/** What one fault makes wait. When the fault ends, all of it goes on at once, and nothing waits any more. */
export class Delays implements Disposable {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();
  #isOver = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the fault has ended: what it hit before is spared from now on. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls back after so many milliseconds, or when the fault ends; at once when it has. Dispose to call off. */
  after(delay: number, act: () => void): Disposable {
    if (this.#isOver) return this.untilOver(act);
    const timer = this.#clock.timer(delay, () => {
      waiting[Symbol.dispose]();
      act();
    });
    const waiting = this.untilOver(() => {
      timer[Symbol.dispose]();
      act();
    });
    return {
      [Symbol.dispose]() {
        timer[Symbol.dispose]();
        waiting[Symbol.dispose]();
      },
    };
  }

  /** Calls back when the fault ends; at once when it has. Dispose to call off. */
  untilOver(act: () => void): Disposable {
    if (this.#isOver) act();
    else this.#waiting.add(act);
    return { [Symbol.dispose]: () => void this.#waiting.delete(act) };
  }

  wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delay, resolve);
    });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const goOn of waiting) goOn();
  }
}

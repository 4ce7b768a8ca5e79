import type { Clock } from '@bridge/chaos-core';

/** What one fault makes wait. When the fault ends, all of it goes on at once. */
export class Delays implements Disposable {
  readonly #clock: Clock;
  readonly #waiting = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls back after so many milliseconds, or when the fault ends. Dispose to call off. */
  after(delay: number, act: () => void): Disposable {
    const timer = this.#clock.timer(delay, () => goOn());
    const callOff = (): void => {
      timer[Symbol.dispose]();
      this.#waiting.delete(goOn);
    };
    const goOn = (): void => {
      callOff();
      act();
    };
    this.#waiting.add(goOn);
    return { [Symbol.dispose]: callOff };
  }

  wait(delay: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delay, resolve);
    });
  }

  [Symbol.dispose](): void {
    for (const goOn of [...this.#waiting]) goOn();
  }
}

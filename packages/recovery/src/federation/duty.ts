import { type Clock, messageOf } from '@bridge/chaos-core';
import type { HealthBoard } from './federation-health.ts';

export interface DutyOptions {
  /** For the health board: "heartbeat". */
  readonly name: string;
  /** Milliseconds between two rounds, and after a round that failed. */
  readonly every: number;
  readonly afterFailure: number;
  readonly clock: Clock;
  readonly health: HealthBoard;
  readonly round: () => Promise<void>;
}

/** Something a replica does again and again until it is ended. A round that fails is told and tried again. */
export class Duty {
  readonly #end = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: DutyOptions) {
    this.#running = this.#run(options);
  }

  /** Resolves when the last round is over. */
  async end(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run({ name, every, afterFailure, clock, health, round }: DutyOptions): Promise<void> {
    while (!this.#end.signal.aborted) {
      let pause = every;
      try {
        await round();
        health.well(name);
      } catch (error) {
        health.ill(name, messageOf(error));
        pause = afterFailure;
      }
      await clock.sleep(pause, { signal: this.#end.signal, ref: false }).catch(() => undefined);
    }
  }
}

import { messageOf } from '../errors.ts';
import type { Logger } from '../logger.ts';

const ENDING: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'];

export interface ProcessSignalsOptions {
  /** Reverts everything. Never rejects for a leaked fault. */
  readonly revertAll: () => Promise<void>;
  readonly log: Logger;
}

/**
 * Reverts before the process ends by SIGINT or SIGTERM. The handlers exist only while faults live; afterwards the signal
 * is raised again if nobody else listens, so that the host ends as it would have. Never calls `process.exit`.
 */
export class ProcessSignals {
  readonly #options: ProcessSignalsOptions;
  #listening = false;

  constructor(options: ProcessSignalsOptions) {
    this.#options = options;
  }

  listen(wanted: boolean): void {
    if (wanted === this.#listening) return;
    this.#listening = wanted;
    for (const signal of ENDING) {
      if (wanted) process.on(signal, this.#onSignal);
      else process.off(signal, this.#onSignal);
    }
  }

  readonly #onSignal = (signal: NodeJS.Signals): void => {
    void this.#revertThenRaise(signal);
  };

  async #revertThenRaise(signal: NodeJS.Signals): Promise<void> {
    try {
      await this.#options.revertAll();
    } catch (error) {
      this.#options.log.error(
        { signal, reason: messageOf(error) },
        'reverting before the end failed; the guardian finishes it',
      );
    }
    this.listen(false);
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  }
}

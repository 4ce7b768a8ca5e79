import { type Logger, messageOf } from '@bridge/chaos-core';
import type { Part } from './part.ts';

interface Running {
  readonly part: Part['part'];
  close(): Promise<void>;
}

/** What was started, so that it is closed in reverse order whatever happens. */
export class RunningParts {
  readonly #log: Logger;
  readonly #running: Running[] = [];
  readonly #parts: Part[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  get all(): readonly Part[] {
    return [...this.#parts];
  }

  on(part: Part['part'], why: string, close: () => Promise<void> = async () => {}): void {
    this.#parts.push({ part, state: 'on', why });
    this.#running.push({ part, close });
  }

  off(part: Part['part'], why: string): void {
    this.#parts.push({ part, state: 'off', why });
  }

  /** Replaces what is said of a part. */
  tell(part: Part): void {
    const index = this.#parts.findIndex((known) => known.part === part.part);
    if (index === -1) this.#parts.push(part);
    else this.#parts[index] = part;
  }

  /** Closes everything; goes on past failures, logs them, and throws the first. Answers the names in this order. */
  async close(): Promise<readonly string[]> {
    const closed: string[] = [];
    const failures: unknown[] = [];
    for (const { part, close } of this.#running.splice(0).reverse()) {
      closed.push(part);
      try {
        await close();
      } catch (error) {
        failures.push(error);
        this.#log.error({ part, reason: messageOf(error) }, 'a part did not close as it should');
      }
    }
    if (failures.length > 0) throw failures[0];
    return closed;
  }
}

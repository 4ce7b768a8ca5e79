import { type Logger, messageOf } from '@bridge/chaos-core';
import type { Standing } from './leadership.ts';

/** Everything that makes one standing differ from another. */
function gist(standing: Standing): string {
  switch (standing.role) {
    case 'leader':
      return `leader ${standing.term} ${standing.alone}`;
    case 'witness':
      return `witness ${standing.term} ${standing.leader}`;
    case 'unknown':
      return `unknown ${standing.reason}`;
    default:
      return standing satisfies never;
  }
}

/** What this replica is, and who wants to hear of changes. */
export class StandingBoard {
  readonly #log: Logger;
  readonly #listeners = new Set<(standing: Standing) => void>();
  #standing: Standing = { role: 'unknown', reason: 'the lease was not read yet' };

  constructor(log: Logger) {
    this.#log = log;
  }

  get standing(): Standing {
    return this.#standing;
  }

  nowAlone(alone: boolean): void {
    if (this.#standing.role === 'leader') this.become({ ...this.#standing, alone });
  }

  become(standing: Standing): void {
    const isNews = gist(standing) !== gist(this.#standing);
    this.#standing = standing;
    if (!isNews) return;
    for (const listener of [...this.#listeners]) {
      try {
        listener(standing);
      } catch (error) {
        this.#log.error({ reason: messageOf(error) }, 'a listener of the standing threw');
      }
    }
  }

  onChange(listener: (standing: Standing) => void): Disposable {
    const own = (standing: Standing): void => listener(standing);
    this.#listeners.add(own);
    return { [Symbol.dispose]: () => void this.#listeners.delete(own) };
  }
}

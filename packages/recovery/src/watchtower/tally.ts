import type { FeedEvent } from '../event/event-feed.ts';
import type { WatchtowerEvents } from './watchtower-events.ts';

/** Counters since the start, for metrics. */
export interface WatchtowerCounts {
  readonly detected: number;
  readonly effective: number;
  readonly ineffective: number;
  readonly gaveUp: number;
  readonly strays: number;
}

export class Tally {
  #counts = { detected: 0, effective: 0, ineffective: 0, gaveUp: 0, strays: 0 };

  count({ type }: FeedEvent<WatchtowerEvents>): void {
    if (type === 'watchtower:detected') this.#counts.detected += 1;
    if (type === 'watchtower:effective') this.#counts.effective += 1;
    if (type === 'watchtower:ineffective') this.#counts.ineffective += 1;
    if (type === 'watchtower:gave-up') this.#counts.gaveUp += 1;
    if (type === 'watchtower:stray-released') this.#counts.strays += 1;
  }

  get counts(): WatchtowerCounts {
    return { ...this.#counts };
  }
}

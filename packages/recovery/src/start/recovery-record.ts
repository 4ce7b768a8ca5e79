import { type Clock, freshId, type JsonObject, type Ledger, type Logger, messageOf } from '@bridge/chaos-core';
import type { FeedEvent } from '../event/event-feed.ts';
import type { WatchtowerEvents } from '../watchtower/watchtower-events.ts';

export interface RecoveryRecordOptions {
  readonly ledger: Ledger;
  /** Who writes: the service's or the replica's name. */
  readonly service: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Hands what a watchtower saw and did to the ledger, in order. Nothing waits for it but {@link flush}. */
export class RecoveryRecord {
  readonly #options: RecoveryRecordOptions;
  readonly #boot = freshId('boot');
  #sequence = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: RecoveryRecordOptions) {
    this.#options = options;
  }

  note({ type, time, data }: FeedEvent<WatchtowerEvents>): void {
    this.#sequence += 1;
    const { ledger, service, log } = this.#options;
    const target = 'target' in data ? { target: data.target.name } : {};
    const entry = {
      id: freshId('watchtower'),
      type,
      time,
      source: { service, instance: String(process.pid), boot: this.#boot, sequence: this.#sequence },
      ...target,
      data: plain(data),
    };
    this.#last = this.#last
      .then(async () => void (await ledger.append(entry)))
      .catch((error: unknown) => log.warn({ type, reason: messageOf(error) }, 'the ledger did not take an event'));
  }

  /** Resolves when everything so far is durable or was refused. */
  async flush(): Promise<void> {
    await this.#last;
  }
}

function plain(data: WatchtowerEvents[keyof WatchtowerEvents]): JsonObject {
  return JSON.parse(JSON.stringify(data));
}

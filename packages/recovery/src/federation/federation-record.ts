import { type Clock, freshId, type JsonObject, type Ledger, type Logger, messageOf } from '@bridge/chaos-core';
import type { FederationEvent } from './federation-events.ts';

export interface FederationRecordOptions {
  readonly ledger: Ledger | undefined;
  readonly node: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Hands what the fleet agreed on, and who came and went, to the ledger. Nothing waits for it. */
export class FederationRecord {
  readonly #options: FederationRecordOptions;
  readonly #boot = freshId('boot');
  #sequence = 0;

  constructor(options: FederationRecordOptions) {
    this.#options = options;
  }

  /** Resolves when the entry is durable, or at once without a ledger. */
  async append(type: string, data: JsonObject): Promise<void> {
    const { ledger, node, clock } = this.#options;
    if (ledger === undefined) return;
    this.#sequence += 1;
    await ledger.append({
      id: freshId('federation'),
      type,
      time: new Date(clock.wall()).toISOString(),
      source: { service: node, instance: String(process.pid), boot: this.#boot, sequence: this.#sequence },
      data,
    });
  }

  /** In the background; a failure is logged. */
  note({ type, data }: FederationEvent): void {
    this.append(type, { ...data }).catch((error: unknown) =>
      this.#options.log.warn({ type, reason: messageOf(error) }, 'the ledger did not take an event of the federation'),
    );
  }
}

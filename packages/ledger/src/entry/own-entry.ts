import { type Clock, freshId, type JsonObject, type LedgerEntry } from '@bridge/chaos-core';

/** Writes the entries of one source: its own service, instance and boot, numbered from 1 without holes. */
export class EntryWriter {
  readonly #clock: Clock;
  readonly #service: string;
  readonly #instance: string;
  readonly #boot = freshId('boot');
  #sequence = 0;

  constructor(service: string, instance: string, clock: Clock) {
    this.#service = service;
    this.#instance = instance;
    this.#clock = clock;
  }

  get boot(): string {
    return this.#boot;
  }

  get sequence(): number {
    return this.#sequence;
  }

  entry(
    type: string,
    data: JsonObject,
    about: Partial<Pick<LedgerEntry, 'runId' | 'experiment' | 'actor'>> = {},
  ): LedgerEntry {
    this.#sequence += 1;
    return {
      id: `${this.#boot}-${this.#sequence}`,
      type,
      time: new Date(this.#clock.wall()).toISOString(),
      source: { service: this.#service, instance: this.#instance, boot: this.#boot, sequence: this.#sequence },
      ...about,
      data,
    };
  }
}

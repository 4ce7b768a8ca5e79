import type { JsonObject, LedgerSource } from '@bridge/chaos-core';

/** How far every source has counted, for heartbeats: an entry that never arrived shows as a hole. */
export class SourceHeads {
  readonly #heads = new Map<string, LedgerSource>();

  seen(source: LedgerSource): void {
    const key = `${source.service}\n${source.instance}\n${source.boot}`;
    const known = this.#heads.get(key);
    if (known === undefined || known.sequence < source.sequence) this.#heads.set(key, source);
  }

  list(): JsonObject[] {
    return [...this.#heads.values()].map(({ service, instance, boot, sequence }) => ({
      service,
      instance,
      boot,
      sequence,
    }));
  }
}

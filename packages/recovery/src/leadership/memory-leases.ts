import { type Clock, systemClock } from '@bridge/chaos-core';
import type { LeaderAction, LeaderActionOutcome, PastDeed } from './leadership.ts';
import type { Acquisition, Bid, Fenced, Hold, LeaseHolder, LeaseStore, Renewal, Tenure } from './lease-store.ts';

interface Lease {
  readonly holder: string;
  readonly term: bigint;
  readonly until: number;
}

interface Deed {
  readonly lease: string;
  readonly key: string;
  readonly at: number;
  readonly outcome: LeaderActionOutcome | null;
}

/** Leases among electors of one process: for tests, on any clock. Give the same store to every elector. */
export function memoryLeases(clock: Clock = systemClock): LeaseStore {
  return new MemoryLeases(clock);
}

class MemoryLeases implements LeaseStore {
  readonly #clock: Clock;
  readonly #leases = new Map<string, Lease>();
  readonly #contenders = new Map<string, Set<string>>();
  readonly #deeds = new Map<string, Deed>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async acquire({ name, holder, ttl }: Bid): Promise<Acquisition> {
    const contenders = this.#contenders.get(name) ?? new Set();
    this.#contenders.set(name, contenders.add(holder));
    const now = this.#clock.now();
    const lease = this.#leases.get(name);
    if (lease !== undefined && lease.holder !== holder && lease.until > now) {
      return { acquired: false, term: lease.term, holder: lease.holder, retryIn: lease.until - now };
    }
    const term = (lease?.term ?? 0n) + 1n;
    this.#leases.set(name, { holder, term, until: now + ttl });
    return { acquired: true, term, alone: contenders.size === 1 };
  }

  async renew(tenure: Tenure, { span }: Hold): Promise<Renewal> {
    const lease = this.#held(tenure);
    if (lease === undefined) return { held: false };
    this.#leases.set(tenure.name, { ...lease, until: this.#clock.now() + span });
    return { held: true, alone: this.#contenders.get(tenure.name)?.size === 1 };
  }

  async resign(tenure: Tenure): Promise<void> {
    const lease = this.#held(tenure);
    if (lease !== undefined) this.#leases.set(tenure.name, { ...lease, until: Number.NEGATIVE_INFINITY });
  }

  async current(name: string): Promise<LeaseHolder | null> {
    const lease = this.#leases.get(name);
    const left = lease === undefined ? 0 : lease.until - this.#clock.now();
    return lease === undefined || left <= 0 ? null : { holder: lease.holder, term: lease.term, left };
  }

  async begin(tenure: Tenure, { key }: LeaderAction, hold: Hold): Promise<Fenced> {
    const { held } = await this.renew(tenure, hold);
    if (!held) return { outcome: 'stale' };
    const id = `${tenure.name}/${key}`;
    if (this.#deeds.has(id)) return { outcome: 'repeated' };
    this.#deeds.set(id, { lease: tenure.name, key, at: this.#clock.now(), outcome: null });
    return { outcome: 'begun', id };
  }

  async finish(id: string, outcome: LeaderActionOutcome): Promise<void> {
    const deed = this.#deeds.get(id);
    if (deed !== undefined) this.#deeds.set(id, { ...deed, outcome });
  }

  async past(name: string, prefix: string, within: number): Promise<readonly PastDeed[]> {
    const now = this.#clock.now();
    return [...this.#deeds.values()]
      .filter(({ lease, key, at }) => lease === name && key.startsWith(prefix) && now - at < within)
      .map(({ key, at, outcome }) => ({ key, age: now - at, outcome }));
  }

  async leave({ name, holder }: Bid): Promise<void> {
    this.#contenders.get(name)?.delete(holder);
  }

  #held({ name, holder, term }: Tenure): Lease | undefined {
    const lease = this.#leases.get(name);
    const isHeld = lease?.holder === holder && lease.term === term && lease.until > this.#clock.now();
    return isHeld ? lease : undefined;
  }
}

import type { Clock } from '@bridge/chaos-core';

interface Tenancy {
  /** The owner is gone: drop the faults, keep forwarding. */
  readonly onOrphaned: () => void;
  /** Nobody owns it and nobody used it for the linger time. */
  readonly onAbandoned: () => void;
}

/** However short the linger time, the starter gets to say that it owns what it started. */
const FIRST_OWNER_WITHIN = 30_000;

/** Who a data plane works for. Without an owner it forwards until it has been idle for `linger` ms. */
export class Ownership {
  readonly #clock: Clock;
  readonly #tenancy: Tenancy;
  #linger: number;
  #owner: object | undefined;
  #busy = false;
  #closed = false;
  #timer: Disposable | undefined;

  constructor(linger: number, clock: Clock, tenancy: Tenancy) {
    this.#linger = Math.max(linger, FIRST_OWNER_WITHIN);
    this.#clock = clock;
    this.#tenancy = tenancy;
    this.#watch();
  }

  get owned(): boolean {
    return this.#owner !== undefined;
  }

  /** Throws when somebody else owns it. */
  take(owner: object, linger: number): void {
    if (this.#owner !== undefined && this.#owner !== owner) throw new Error('another process owns this proxy');
    this.#owner = owner;
    this.#linger = linger;
    this.#watch();
  }

  /** The owner's connection ended without a goodbye. */
  lost(owner: object): void {
    if (this.#owner !== owner) return;
    this.#owner = undefined;
    this.#tenancy.onOrphaned();
    this.#watch();
  }

  /** Told whenever connections come or go. */
  busy(busy: boolean): void {
    this.#busy = busy;
    this.#watch();
  }

  close(): void {
    this.#closed = true;
    this.#watch();
  }

  #watch(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer =
      !this.#closed && this.#owner === undefined && !this.#busy
        ? this.#clock.timer(this.#linger, this.#tenancy.onAbandoned)
        : undefined;
  }
}

import type { Clock } from '../clock.ts';
import { messageOf } from '../errors.ts';
import { has } from '../fault/injector.ts';
import type { LiveFault } from '../fault/live-fault.ts';
import { limited } from '../fault/reversal.ts';
import type { Logger } from '../logger.ts';

export interface LeaseKeeperOptions {
  readonly clock: Clock;
  /** Milliseconds. */
  readonly lease: number;
  readonly log: Logger;
  readonly live: () => readonly LiveFault[];
}

/**
 * While faults live: renews the lease of those whose carrier needs it, and looks whether each effect is still there. A
 * fault whose effect ended by itself (its helper was killed, its target removed) must not pass for active.
 */
export class LeaseKeeper {
  readonly #options: LeaseKeeperOptions;
  #timer: Disposable | undefined;

  constructor(options: LeaseKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= this.#next();
  }

  stop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
  }

  #next(): Disposable {
    const { clock, lease } = this.#options;
    return clock.timer(lease / 4, () => void this.#round(), { ref: false });
  }

  async #round(): Promise<void> {
    this.#timer = this.#next();
    const active = this.#options.live().filter(({ state }) => state.phase === 'active');
    await Promise.all(active.map((live) => this.#keep(live)));
  }

  async #keep(live: LiveFault): Promise<void> {
    try {
      await this.#renew(live);
      const observation = await live.observe();
      if (observation === 'present' || live.state.phase !== 'active') return;
      await live.revert('effect-lost');
    } catch (error) {
      // The next round looks again; a lease that cannot be renewed ends the fault by itself.
      this.#options.log.warn({ fault: live.id, reason: messageOf(error) }, 'a fault could not be looked after');
    }
  }

  async #renew(live: LiveFault): Promise<void> {
    const { fault } = live.injection;
    if (live.recorded === undefined || !has(fault, 'renew')) return;
    using bound = limited(live.context(live.signal), this.#options.lease);
    await fault.renew(live.recorded.undo, this.#options.lease, bound.context);
  }
}

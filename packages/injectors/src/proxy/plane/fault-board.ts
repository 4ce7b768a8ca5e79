import type { Clock } from '@bridge/chaos-core';
import type { FaultOrder } from '../control/fault-order.ts';
import type { Counters } from '../control/protocol.ts';
import { LiveFault } from './live-fault.ts';

/** How faults take effect. `lift` may fail; the fault stays live then and is lifted again. */
export interface Effects {
  apply(fault: LiveFault): Promise<void>;
  lift(fault: LiveFault): Promise<void>;
  /** The order of a live fault has other attributes now. */
  amended(fault: LiveFault): void;
}

/** Milliseconds until a fault that nobody renews ends; `owner`: it lives as long as the data plane has an owner. */
export type Lease = number | 'owner';

const RETRY_AFTER = 200;
const REMEMBERED = 10_000;

/** The live faults of a data plane, each with its lease. */
export class FaultBoard {
  readonly #effects: Effects;
  readonly #clock: Clock;
  readonly #live = new Map<string, LiveFault>();
  readonly #ended = new Map<string, Counters>();

  constructor(effects: Effects, clock: Clock) {
    this.#effects = effects;
    this.#clock = clock;
  }

  /** In the order they were injected. */
  get live(): readonly LiveFault[] {
    return [...this.#live.values()];
  }

  get(id: string): LiveFault | undefined {
    return this.#live.get(id);
  }

  /** Idempotent by id. A request that arrives after its own undo is refused: its sender may be dead by now. */
  async add(order: FaultOrder, seed: string, lease: Lease): Promise<void> {
    if (this.#ended.has(order.id)) throw new Error(`fault ${order.id} was removed before; use a new id`);
    if (this.renew(order.id, lease)) return;
    const fault = new LiveFault(order, seed, this.#clock);
    this.#live.set(order.id, fault);
    this.renew(order.id, lease);
    try {
      await this.#effects.apply(fault);
    } catch (thrown) {
      await this.remove(order.id);
      throw thrown;
    }
  }

  /** False when the fault is not live. */
  renew(id: string, lease: Lease): boolean {
    const fault = this.#live.get(id);
    if (fault === undefined) return false;
    fault.lease?.[Symbol.dispose]();
    fault.lease = lease === 'owner' ? undefined : this.#clock.timer(lease, () => this.#removeSurely(id));
    return true;
  }

  /** Changes the attributes of a live fault. */
  amend(order: FaultOrder): void {
    const fault = this.#live.get(order.id);
    if (fault === undefined) throw new Error(`fault ${order.id} is not live`);
    fault.amend(order);
    this.#effects.amended(fault);
  }

  /** Idempotent; also for a fault that never came. */
  async remove(id: string): Promise<void> {
    const fault = this.#live.get(id);
    if (!this.#ended.has(id)) this.#remember(id, fault?.counters ?? { eligible: 0, injected: 0 });
    if (fault === undefined) return;
    fault.leaving = true;
    await this.#effects.lift(fault);
    fault.lease?.[Symbol.dispose]();
    this.#remember(id, fault.counters);
    this.#live.delete(id);
  }

  /** Removes every fault, newest first, and does not give up. */
  dropAll(): void {
    for (const { order } of this.live.toReversed()) this.#removeSurely(order.id);
  }

  counters(id: string): Counters {
    return this.#live.get(id)?.counters ?? this.#ended.get(id) ?? { eligible: 0, injected: 0 };
  }

  /** Stops the leases: the data plane closes. */
  close(): void {
    for (const fault of this.#live.values()) fault.lease?.[Symbol.dispose]();
    this.#live.clear();
  }

  #removeSurely(id: string): void {
    this.remove(id).catch(() => {
      const fault = this.#live.get(id);
      if (fault !== undefined) fault.lease = this.#clock.timer(RETRY_AFTER, () => this.#removeSurely(id));
    });
  }

  #remember(id: string, counters: Counters): void {
    this.#ended.set(id, counters);
    const [oldest] = this.#ended.keys();
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
  }
}

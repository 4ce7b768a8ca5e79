import { type Random, seededRandom } from '@bridge/chaos-core';
import type { ConnectionFaultOrder, FaultOrder } from '../control/fault-order.ts';
import type { Counters } from '../control/protocol.ts';
import type { Connection } from './connection.ts';
import { strike } from './strike.ts';

/** A fault while it is live in a data plane. */
export class LiveFault {
  readonly order: FaultOrder;
  /** Ends the fault when nobody renews it. */
  lease: Disposable | undefined;
  readonly #random: Random;
  #eligible = 0;
  #injected = 0;

  /** @param seed of the proxy; with the order's own seed it decides which connections are hit */
  constructor(order: FaultOrder, seed: string) {
    this.order = order;
    this.#random = seededRandom(`${seed}/${order.seed}`);
  }

  get counters(): Counters {
    return { eligible: this.#eligible, injected: this.#injected };
  }

  /** Called once for every connection in the order they were opened: this draw is the only one it gets. */
  meet(connection: Connection, since: 'existing' | 'new'): void {
    const { order } = this;
    if (order.kind === 'refuse' || (order.scope !== 'all' && order.scope !== since)) return;
    this.#eligible += 1;
    if (this.#random.next() >= order.perConnection) return;
    this.#injected += 1;
    strike(connection, order, this.#random.fork(String(this.#eligible)));
  }

  /** Acts on a canary with certainty, without counting it. */
  meetCanary(connection: Connection): void {
    if (this.order.kind !== 'refuse') strike(connection, canaryOrder(this.order), this.#random.fork('canary'));
  }
}

/** Bytes after which a limit shows itself to a canary: a limit of gigabytes cannot be tried out. */
export const CANARY_LIMIT = 2 ** 16;

/** The same fault, quick and cheap enough to look at. */
function canaryOrder(order: ConnectionFaultOrder): ConnectionFaultOrder {
  if (order.kind === 'limit') return { ...order, bytes: Math.min(order.bytes, CANARY_LIMIT) };
  if (order.kind === 'reset') return { ...order, after: 0 };
  return order;
}

import { type Clock, type Random, seededRandom } from '@bridge/chaos-core';
import { actsOnConnections, type ConnectionFaultOrder, type FaultOrder } from '../control/fault-order.ts';
import type { Counters } from '../control/protocol.ts';
import type { Connection } from './connection.ts';
import { HttpRule } from './http/http-rule.ts';
import { strike } from './strike.ts';

/** What a connection drew when it met the fault. */
interface Draw {
  readonly ordinal: number;
  readonly value: number;
}

/** A fault while it is live in a data plane. */
export class LiveFault {
  /** What it does to requests, if it is a fault on those. */
  readonly http: HttpRule | undefined;
  /** Ends the fault when nobody renews it. */
  lease: Disposable | undefined;
  /** Its removal was asked for, though it may not be done: it keeps nothing as it is any more. */
  leaving = false;
  readonly #random: Random;
  readonly #draws = new WeakMap<Connection, Draw>();
  #order: FaultOrder;
  #eligible = 0;
  #injected = 0;

  /** @param seed of the proxy; with the order's own seed it decides which connections are hit */
  constructor(order: FaultOrder, seed: string, clock: Clock) {
    this.#order = order;
    this.#random = seededRandom(`${seed}/${order.seed}`);
    this.http = order.kind === 'http' ? new HttpRule(order, this.#random, clock) : undefined;
  }

  get order(): FaultOrder {
    return this.#order;
  }

  get counters(): Counters {
    return this.http?.counters ?? { eligible: this.#eligible, injected: this.#injected };
  }

  /** Called once for every connection in the order they were opened: this draw is the only one it gets. */
  meet(connection: Connection, since: 'existing' | 'new'): void {
    const { order } = this;
    if (!actsOnConnections(order) || (order.scope !== 'all' && order.scope !== since)) return;
    this.#eligible += 1;
    const draw = { ordinal: this.#eligible, value: this.#random.next() };
    this.#draws.set(connection, draw);
    if (draw.value >= order.perConnection) return;
    this.#injected += 1;
    this.#strike(connection, order, draw);
  }

  /** Other attributes of the same fault: no connection draws again. */
  amend(order: FaultOrder): void {
    this.#order = order;
  }

  /** Makes the connection feel the order as it is now. */
  meetAgain(connection: Connection): void {
    const draw = this.#draws.get(connection);
    if (draw === undefined || !actsOnConnections(this.order)) return;
    connection.disarm(this.order.id);
    if (draw.value < this.order.perConnection) this.#strike(connection, this.order, draw);
    else connection.lift(this.order.id);
  }

  #strike(connection: Connection, order: ConnectionFaultOrder, { ordinal }: Draw): void {
    strike(connection, order, this.#random.fork(String(ordinal)));
  }

  /** For a canary: the same effect on every request. */
  certainRule(clock: Clock): HttpRule | undefined {
    if (this.order.kind !== 'http') return undefined;
    return new HttpRule(
      { ...this.order, match: {}, when: 'always', perRequest: 1 },
      this.#random.fork('canary'),
      clock,
    );
  }

  /** Acts on a canary with certainty, without counting it. */
  meetCanary(connection: Connection): void {
    if (actsOnConnections(this.order)) strike(connection, canaryOrder(this.order), this.#random.fork('canary'));
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

import type { Socket } from 'node:net';
import type { Clock } from '@bridge/chaos-core';
import type { Address } from '../address.ts';
import type { FaultOrder } from '../control/fault-order.ts';
import type { HttpOptions } from '../control/http-options.ts';
import type { Answer, Counters, ProxyConnection } from '../control/protocol.ts';
import { Canaries } from './canaries.ts';
import { Connection } from './connection.ts';
import { type Effects, FaultBoard, type Lease } from './fault-board.ts';
import { Gate } from './gate.ts';
import { HttpCanaries } from './http/http-canaries.ts';
import { HttpFront } from './http/http-front.ts';
import type { LiveFault } from './live-fault.ts';
import { Ownership } from './ownership.ts';

export interface DataPlaneOptions {
  readonly listen: Address;
  readonly upstream: Address;
  /** With a fault's own seed it decides which connections are hit. */
  readonly seed: string;
  /** Milliseconds without an owner and without a connection after which it ends. */
  readonly linger: number;
  /** Speaks HTTP/1 with clients and upstream, so that faults can act on requests. */
  readonly http?: HttpOptions | undefined;
}

/** Who a data plane works for from its start. */
export interface Tenant {
  readonly owner: object;
  /** Faults that live as long as the owner does. */
  readonly orders: readonly FaultOrder[];
  /** Called with each connection that a client opens. */
  readonly onConnection?: (connection: Connection) => void;
}

/** How long a connection announced by `expect` may take to come. */
const EXPECTED_FOR = 5_000;

/** Forwards TCP connections to the upstream and lets the live faults act on them. */
export class DataPlane {
  /** Resolves when it has ended: closed, or idle without an owner. */
  readonly closed: Promise<void>;
  readonly ownership: Ownership;
  readonly #clock: Clock;
  readonly #board: FaultBoard;
  readonly #canaries: Canaries;
  readonly #httpCanaries: HttpCanaries;
  readonly #connections = new Map<number, Connection>();
  readonly #expected = new Map<number, Disposable>();
  readonly #end: () => void;
  readonly #onConnection: Tenant['onConnection'];
  #options: DataPlaneOptions;
  #gate: Gate | undefined;
  #front: HttpFront | undefined;
  #accepted = 0;

  private constructor(options: DataPlaneOptions, clock: Clock, onConnection: Tenant['onConnection']) {
    this.#options = options;
    this.#onConnection = onConnection;
    this.#clock = clock;
    this.#canaries = new Canaries(clock);
    this.#httpCanaries = new HttpCanaries(clock, options.http?.tls);
    this.#board = new FaultBoard(this.#effects(), clock);
    this.ownership = new Ownership(options.linger, clock, {
      onOrphaned: () => this.#board.dropAll(),
      onAbandoned: () => void this.close(),
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#end = resolve;
  }

  /** @param tenant owns it from the start, with faults that are live before the first connection */
  static async start(options: DataPlaneOptions, clock: Clock, tenant?: Tenant): Promise<DataPlane> {
    const plane = new DataPlane(options, clock, tenant?.onConnection);
    try {
      if (tenant !== undefined) await plane.#moveIn(tenant);
      if (options.http !== undefined) plane.#front = await plane.#standFront(options.http);
      plane.#gate = await Gate.listen(options.listen, (client) => plane.#accept(client));
      return plane;
    } catch (thrown) {
      plane.ownership.close();
      plane.#front?.close();
      throw thrown;
    }
  }

  /** Where it really listens. */
  get address(): Address {
    return this.#gate?.address ?? this.#options.listen;
  }

  get upstream(): Address {
    return this.#options.upstream;
  }

  /** A new owner takes over a data plane that lost its own. */
  own(owner: object, { upstream, linger, seed }: Omit<DataPlaneOptions, 'listen'>): void {
    this.ownership.take(owner, linger);
    this.#options = { ...this.#options, upstream, linger, seed };
  }

  async add(order: FaultOrder, lease: Lease): Promise<void> {
    if (!this.ownership.owned) throw new Error('its owner is gone; it only forwards until proxy() adopts it again');
    await this.#board.add(order, this.#options.seed, lease);
  }

  /** Other attributes for a live fault; connections keep what they drew. */
  amend(order: FaultOrder): void {
    this.#board.amend(order);
  }

  remove(fault: string): Promise<void> {
    return this.#board.remove(fault);
  }

  renew(fault: string, lease: Lease): boolean {
    return this.#board.renew(fault, lease);
  }

  list(): Answer<'list'>['faults'] {
    return this.#board.live.map(({ order, counters }) => ({ order, counters }));
  }

  counters(fault: string): Counters {
    return this.#board.counters(fault);
  }

  connections(): ProxyConnection[] {
    return [...this.#connections.values()].map((connection) => connection.describe());
  }

  /** Opens a door for one connection with this fault on it, or with none if it is not live. */
  async canary(order: FaultOrder): Promise<Answer<'canary'>> {
    const live = this.#board.get(order.id);
    const ofHttp = order.kind === 'http' || order.kind === 'certificate';
    const address = await (ofHttp ? this.#httpCanaries.open(order, live) : this.#canaries.open(live));
    const carriers = [...this.#connections.values()].filter((connection) => connection.carries(order.id)).length;
    return { address, live: live !== undefined, carriers };
  }

  /** The next local connection from this port is a look at the listener: it is closed, and reaches no upstream. */
  expect(port: number): void {
    this.#expected.get(port)?.[Symbol.dispose]();
    this.#expected.set(
      port,
      this.#clock.timer(EXPECTED_FOR, () => this.#expected.delete(port)),
    );
  }

  /** Closes every connection. */
  cut(): void {
    for (const connection of this.#connections.values()) connection.cut();
  }

  /** Stops listening and closes every connection. */
  async close(): Promise<void> {
    this.ownership.close();
    this.#board.close();
    this.#canaries.close();
    this.#httpCanaries.close();
    this.#front?.close();
    for (const expiry of this.#expected.values()) expiry[Symbol.dispose]();
    await this.#gate?.close();
    this.cut();
    this.#end();
  }

  #accept(client: Socket): void {
    if (this.#isExpected(client)) {
      client.on('error', () => client.destroy());
      client.end();
      client.resume();
      return;
    }
    this.#accepted += 1;
    const connection = new Connection(
      this.#accepted,
      client,
      this.#front?.address ?? this.#options.upstream,
      this.#clock,
    );
    this.#connections.set(connection.id, connection);
    this.#onConnection?.(connection);
    this.ownership.busy(true);
    for (const fault of this.#board.live) fault.meet(connection, 'new');
    void connection.closed.then(() => {
      this.#connections.delete(connection.id);
      this.ownership.busy(this.#connections.size > 0);
    });
  }

  #standFront(options: HttpOptions): Promise<HttpFront> {
    return HttpFront.listen(options, this.#clock, () => ({
      upstream: this.#options.upstream,
      rules: this.#board.live.map(({ http }) => http).filter((rule) => rule !== undefined),
      validity: this.#board.live
        .map(({ order }) => (order.kind === 'certificate' ? order.validity : undefined))
        .find(Boolean),
    }));
  }

  async #moveIn({ owner, orders }: Tenant): Promise<void> {
    this.own(owner, this.#options);
    for (const order of orders) await this.add(order, 'owner');
  }

  #isExpected({ remotePort, remoteAddress, localAddress }: Socket): boolean {
    const expiry = this.#expected.get(remotePort ?? 0);
    if (expiry === undefined || remoteAddress !== localAddress) return false;
    expiry[Symbol.dispose]();
    return this.#expected.delete(remotePort ?? 0);
  }

  #effects(): Effects {
    const isRefusal = ({ order }: LiveFault): boolean => order.kind === 'refuse' || order.kind === 'down';
    return {
      apply: async (fault) => {
        if (isRefusal(fault)) await this.#gate?.refuse();
        if (fault.order.kind === 'down') this.cut();
        for (const connection of this.#connections.values()) fault.meet(connection, 'existing');
      },
      lift: async (fault) => {
        // Several may be leaving in one turn.
        const kept = this.#board.live.some((other) => !other.leaving && isRefusal(other));
        if (isRefusal(fault) && !kept) await this.#gate?.open();
        for (const connection of this.#connections.values()) connection.lift(fault.order.id);
        fault.http?.[Symbol.dispose]();
      },
      amended: (fault) => {
        for (const connection of this.#connections.values()) fault.meetAgain(connection);
      },
    };
  }
}

import { connect, type OnReadOpts, type Socket } from 'node:net';
import type { Clock } from '@bridge/chaos-core';
import { type Address, formatAddress } from '../address.ts';
import type { Direction } from '../control/fault-order.ts';
import type { ProxyConnection } from '../control/protocol.ts';
import { readInto } from './accepted.ts';
import { Lane, type Rank } from './lane.ts';
import { type Limit, LimitStage } from './limit-stage.ts';
import { giveBackReadBuffer, takeReadBuffer } from './read-buffers.ts';
import { resetSocket } from './reset-socket.ts';
import type { Schedule } from './schedule.ts';
import { SwallowStage } from './swallow-stage.ts';
import { TimedStage } from './timed-stage.ts';

export type Way = Exclude<Direction, 'both'>;

/** Bytes by direction: `received` from the one side, `sent` to the other. */
export type Passed = Readonly<Record<Way, { readonly received: number; readonly sent: number }>>;

const WAYS = { both: ['upstream', 'downstream'], upstream: ['upstream'], downstream: ['downstream'] } as const;

/** A client, the server it was connected to, and the two lanes between them. */
export class Connection {
  readonly id: number;
  /** Resolves when both sides are closed. */
  readonly closed: Promise<void>;
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #lanes: Readonly<Record<Way, Lane>>;
  readonly #clock: Clock;
  readonly #clientAddress: string;
  readonly #buffers = { upstream: takeReadBuffer(), downstream: takeReadBuffer() };
  readonly #timers = new Map<string, Disposable>();

  /** @param accepted just now; this connection is its only user from now on */
  constructor(id: number, accepted: Socket, upstream: Address, clock: Clock) {
    this.id = id;
    this.#clock = clock;
    this.#clientAddress = formatAddress({
      host: accepted.remoteAddress ?? 'closed',
      port: accepted.remotePort ?? 0,
    });
    const client = readInto(accepted, this.#reading('upstream'));
    this.#client = client;
    this.#server = connect({ ...upstream, allowHalfOpen: true, noDelay: true, onread: this.#reading('downstream') });
    this.#lanes = { upstream: new Lane(client, this.#server), downstream: new Lane(this.#server, client) };
    // A side that fails (reset, refused, unreachable) takes the other with it, as a reset: the peer must notice.
    client.on('error', () => resetSocket(this.#server));
    this.#server.on('error', () => resetSocket(client));
    this.closed = Promise.all([closing(client), closing(this.#server)]).then(() => this.#drop());
  }

  describe(): ProxyConnection {
    return {
      id: this.id,
      client: this.#clientAddress,
      bytes: { upstream: this.#client.bytesRead, downstream: this.#server.bytesRead },
    };
  }

  /** So far; all there was once the connection is closed. */
  get passed(): Passed {
    return {
      upstream: { received: this.#client.bytesRead, sent: sentBy(this.#server) },
      downstream: { received: this.#server.bytesRead, sent: sentBy(this.#client) },
    };
  }

  /** True while something of the fault can still act here. */
  carries(fault: string): boolean {
    return (
      this.#timers.has(fault) ||
      this.#lanes.upstream.stagesOf(fault).length + this.#lanes.downstream.stagesOf(fault).length > 0
    );
  }

  /** Puts a timed stage into each lane of the direction, in place of an earlier one of the same fault. */
  hold(fault: string, rank: Rank, direction: Direction, schedule: (way: Way) => Schedule): void {
    for (const way of WAYS[direction]) {
      const lane = this.#lanes[way];
      lane.remove(fault);
      lane.place(fault, rank, (next) => new TimedStage(schedule(way), this.#clock, next, () => lane.balance()));
    }
  }

  /** Lets so many bytes pass in each lane of the direction, then closes the connection. */
  limit(fault: string, rank: Rank, limit: Limit & { readonly direction: Direction }): void {
    for (const way of WAYS[limit.direction]) {
      const lane = this.#lanes[way];
      const [known] = lane.stagesOf(fault);
      if (known instanceof LimitStage) known.amend(limit);
      else lane.place(fault, rank, (next) => new LimitStage(limit, next, () => this.#closeAfter(way)));
    }
  }

  /** Loses what is sent in the direction, and closes the connection when the fault ends. */
  swallow(fault: string, rank: Rank, direction: Direction): void {
    for (const way of WAYS[direction]) {
      const lane = this.#lanes[way];
      if (lane.stagesOf(fault).length > 0) continue;
      lane.place(fault, rank, (next) => new SwallowStage(next, () => this.cut()));
    }
  }

  /** Does something once after a while, now if that is 0, unless the fault is lifted before. */
  after(fault: string, delay: number, act: () => void): void {
    this.disarm(fault);
    if (delay === 0) act();
    else this.#timers.set(fault, this.#clock.timer(delay, act));
  }

  /** Calls off what `after` has announced. */
  disarm(fault: string): void {
    this.#timers.get(fault)?.[Symbol.dispose]();
    this.#timers.delete(fault);
  }

  /** Sends a true RST to the receivers of the direction; a side that gets none is closed. */
  reset(direction: Direction): void {
    if (direction === 'upstream') this.#client.destroy();
    else resetSocket(this.#client);
    if (direction === 'downstream') this.#server.destroy();
    else resetSocket(this.#server);
  }

  /** Closes both sides; what is held is lost. */
  cut(): void {
    this.#client.destroy();
    this.#server.destroy();
  }

  /** Takes the fault out; what it held goes on. */
  lift(fault: string): void {
    this.disarm(fault);
    this.#lanes.upstream.remove(fault);
    this.#lanes.downstream.remove(fault);
  }

  /** The bytes let through may still be in a later stage: the receiver is closed once they are out. */
  #closeAfter(way: Way): void {
    const [source, sink] = way === 'upstream' ? [this.#client, this.#server] : [this.#server, this.#client];
    source.destroy();
    if (sink.writableFinished) sink.destroy();
    else sink.once('finish', () => sink.destroy());
  }

  #reading(way: Way): OnReadOpts {
    return {
      buffer: this.#buffers[way],
      callback: (length, buffer) => {
        this.#lanes[way].push(length === buffer.length ? buffer : buffer.subarray(0, length));
        return true;
      },
    };
  }

  #drop(): void {
    giveBackReadBuffer(this.#buffers.upstream);
    giveBackReadBuffer(this.#buffers.downstream);
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
    this.#lanes.upstream.drop();
    this.#lanes.downstream.drop();
  }
}

/** What the kernel has taken; Node.js counts what it still holds itself, too. */
function sentBy(socket: Socket): number {
  return Math.max(0, socket.bytesWritten - socket.writableLength);
}

function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

import type { Clock } from '@bridge/chaos-core';
import type { Address } from '../address.ts';
import { Connection } from './connection.ts';
import { addressOf, listen } from './listen.ts';
import type { LiveFault } from './live-fault.ts';

const LOOPBACK: Address = { host: '127.0.0.1', port: 0 };
const OPEN_FOR = 5_000;

/**
 * Doors for one connection each, that goes through the same lanes as every other, with one fault on it for certain
 * and an echo of our own as its upstream: what a client would feel can be measured without touching the upstream.
 */
export class Canaries {
  readonly #clock: Clock;
  readonly #open = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param fault none for a connection without faults */
  async open(fault: LiveFault | undefined): Promise<Address> {
    let connection: Connection | undefined;
    const echo = await listen(LOOPBACK, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.pipe(socket);
    });
    const door = await listen(LOOPBACK, (client) => {
      door.close();
      connection = new Connection(0, client, addressOf(echo), this.#clock);
      fault?.meetCanary(connection);
      void connection.closed.then(end);
    });
    const end = (): void => {
      timer[Symbol.dispose]();
      door.close();
      echo.close();
      connection?.cut();
      this.#open.delete(end);
    };
    const timer = this.#clock.timer(OPEN_FOR, end);
    this.#open.add(end);
    return addressOf(door);
  }

  close(): void {
    for (const end of this.#open) end();
  }
}

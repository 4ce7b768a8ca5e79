import type { Socket } from 'node:net';

/** Where a connection of this process goes, as far as it is known by now. */
export interface Destination {
  /** The name that was looked up, if one was. */
  readonly host: string | undefined;
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** Follows one client socket from its making to its end. */
export class Connection {
  readonly socket: Socket;
  destination: Destination = { host: undefined, address: undefined, port: undefined };
  readonly #onAttempt: (connection: Connection) => void;
  readonly #onClose: (connection: Connection) => void;

  constructor(
    socket: Socket,
    events: {
      readonly onAttempt: (connection: Connection) => void;
      readonly onClose: (connection: Connection) => void;
    },
  ) {
    this.socket = socket;
    this.#onAttempt = events.onAttempt;
    this.#onClose = events.onClose;
    socket.on('lookup', this.#lookup).on('connectionAttempt', this.#attempt).once('close', this.#close);
  }

  /** Leaves the socket as if it had never been followed. */
  leave(): void {
    this.socket.off('lookup', this.#lookup).off('connectionAttempt', this.#attempt).off('close', this.#close);
  }

  readonly #lookup = (_error: Error | null, address: string, _family: number | string, host: string): void => {
    this.destination = { ...this.destination, host, address };
  };

  readonly #attempt = (address: string, port: number): void => {
    this.destination = { ...this.destination, address, port };
    this.#onAttempt(this);
  };

  readonly #close = (): void => this.#onClose(this);
}

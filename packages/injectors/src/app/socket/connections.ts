import { Socket } from 'node:net';
import { listenTo, memberOf } from '../channel.ts';
import { processWide } from '../process-wide.ts';
import { Connection } from './connection.ts';

type OnAttempt = (connection: Connection) => void;

/** The client connections of this thread that were opened while somebody watched. */
class Connections {
  readonly #live = new Map<Socket, Connection>();
  readonly #watchers = new Set<OnAttempt>();
  #listening: Disposable | undefined;

  get open(): readonly Connection[] {
    return [...this.#live.values()].filter(({ socket }) => !socket.connecting && !socket.destroyed);
  }

  /** Told of every attempt to connect, before it can succeed; in the async context of whoever connects. */
  watch(onAttempt: OnAttempt): Disposable {
    this.#watchers.add(onAttempt);
    this.#listening ??= listenTo('net.client.socket', (message) => this.#follow(message));
    return { [Symbol.dispose]: () => this.#unwatch(onAttempt) };
  }

  #follow(message: unknown): void {
    const socket = memberOf(message, 'socket', Socket);
    if (socket === undefined || this.#live.has(socket)) return;
    const onAttempt = (connection: Connection): void => {
      for (const watcher of this.#watchers) watcher(connection);
    };
    const onClose = ({ socket: closed }: Connection): void => void this.#live.delete(closed);
    this.#live.set(socket, new Connection(socket, { onAttempt, onClose }));
  }

  #unwatch(onAttempt: OnAttempt): void {
    this.#watchers.delete(onAttempt);
    if (this.#watchers.size > 0) return;
    this.#listening?.[Symbol.dispose]();
    this.#listening = undefined;
    for (const connection of this.#live.values()) connection.leave();
    this.#live.clear();
  }
}

export const connections = processWide('connections', () => new Connections());

/**
 * Remembers the connections that this thread opens from now on, so that `app.socket` also hits those that are open
 * already when it is injected: pools of database clients. Call it early, before the pools are made. Costs three
 * listeners per connection.
 */
export function watchConnections(): Disposable {
  return connections.watch(() => undefined);
}

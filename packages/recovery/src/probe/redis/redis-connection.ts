import { type Logger, messageOf } from '@bridge/chaos-core';
import type { RedisClientOptions, RedisClientType } from 'redis';
import type { RedisOptions } from './redis-options.ts';

type Connect = (options: RedisClientOptions) => RedisClientType;

interface Line {
  readonly opened: Promise<RedisClientType>;
  readonly client: RedisClientType;
  users: number;
}

/**
 * One connection that checks share, as commands of one client are pipelined. A line on which a check timed out or failed
 * gets no new checks: the next one opens another, and those still waiting keep theirs until they are done.
 */
export class RedisConnection {
  readonly #connect: Connect;
  readonly #options: RedisOptions;
  readonly #log: Logger;
  readonly #lines = new Set<Line>();
  #current: Line | undefined;

  constructor(connect: Connect, options: RedisOptions, log: Logger) {
    this.#connect = connect;
    this.#options = options;
    this.#log = log;
  }

  async send(command: readonly string[], signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    this.#current ??= this.#open();
    const line = this.#current;
    line.users += 1;
    const ended = Promise.withResolvers<never>();
    const onAbort = (): void => ended.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      const reply = line.opened.then((client) => client.sendCommand([...command]));
      return await Promise.race([reply, ended.promise]);
    } catch (error) {
      if (this.#current === line && (signal.aborted || !line.client.isReady)) this.#current = undefined;
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
      line.users -= 1;
      if (line.users === 0 && this.#current !== line) this.#drop(line);
    }
  }

  close(): void {
    this.#current = undefined;
    for (const line of this.#lines) this.#drop(line);
  }

  #open(): Line {
    const { url, socketPath, connectTimeout } = this.#options;
    const socket = { connectTimeout, reconnectStrategy: false } as const;
    const client = this.#connect({
      url,
      disableOfflineQueue: true,
      socket: socketPath === undefined ? socket : { ...socket, path: socketPath },
    });
    // Each check hears of its own failure; without a listener the client would end the host's process.
    client.on('error', (error: unknown) => this.#log.debug({ error: messageOf(error) }, 'connection to Redis lost'));
    const opened = client.connect().then(() => client);
    const line = { client, opened, users: 0 };
    this.#lines.add(line);
    return line;
  }

  #drop(line: Line): void {
    this.#lines.delete(line);
    // Also ends a connection that is still being made; destroying one that is closed already is refused.
    if (line.client.isOpen) line.client.destroy();
  }
}

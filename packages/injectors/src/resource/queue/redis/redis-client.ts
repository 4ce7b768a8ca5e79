import type { Socket } from 'node:net';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import { openSocket, type TlsSettings, unreachable } from '../wire/open-socket.ts';
import { PendingAnswers } from '../wire/pending-answers.ts';
import type { QueueServer } from '../wire/queue-url.ts';
import { type Reply, ReplyError, RespReader } from './resp-reader.ts';

/** One connection to Redis, on which commands are pipelined. Keeps the process alive only while it waits for a reply. */
export class RedisClient {
  readonly #server: QueueServer;
  readonly #socket: Socket;
  readonly #pending: PendingAnswers<Reply>;
  #lost: unknown;

  private constructor(server: QueueServer, socket: Socket) {
    this.#server = server;
    this.#socket = socket;
    this.#pending = new PendingAnswers((reason) => this.#lose(reason));
    const reader = new RespReader();
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => {
      try {
        for (const reply of reader.take(bytes)) this.#pending.settle(reply);
      } catch (error) {
        this.#lose(error);
      }
    });
    socket.once('error', (error) => this.#lose(error));
    socket.once('close', () => this.#lose(new Error('the connection ended')));
  }

  /** Connects, gives user and password, and selects the database that the URL's path names. */
  static async open(server: QueueServer, tls: TlsSettings, signal: AbortSignal): Promise<RedisClient> {
    const client = new RedisClient(server, await openSocket(server, tls));
    const { user, password, path } = server;
    try {
      if (password !== undefined) {
        await client.send(['AUTH', ...(user === undefined ? [] : [user]), password], signal);
      }
      if (path !== '') await client.send(['SELECT', path], signal);
      return client;
    } catch (error) {
      client.close();
      throw error;
    }
  }

  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** @throws ChaosError `CHAOS_FAULT_FAILED` with the server's words, which never repeat what was sent. */
  async send(command: readonly string[], signal: AbortSignal): Promise<Reply> {
    signal.throwIfAborted();
    if (this.#lost !== undefined) throw this.#lost;
    this.#socket.ref();
    const answer = this.#pending.next(signal);
    this.#socket.write(encoded(command));
    try {
      const reply = await answer;
      if (reply instanceof ReplyError) throw refused(command[0] ?? '', reply);
      return reply;
    } finally {
      if (this.#pending.size === 0) this.#socket.unref();
    }
  }

  close(): void {
    this.#lose(new Error('the connection was closed'));
  }

  #lose(reason: unknown): void {
    this.#lost ??= unreachable(this.#server, messageOf(reason), reason);
    this.#socket.destroy();
    this.#pending.fail(this.#lost);
  }
}

function encoded(command: readonly string[]): string {
  return [`*${command.length}`, ...command.flatMap((word) => [`$${Buffer.byteLength(word)}`, word]), ''].join('\r\n');
}

function refused(name: string, { message }: ReplyError): ChaosError {
  // A server that does not know a command repeats its arguments, and one of them may be the password.
  const [words] = message.split(/,? with args /);
  return new ChaosError('CHAOS_FAULT_FAILED', `expected Redis to ${name}, got ${words}`);
}

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { ChaosError, freshId, messageOf } from '@bridge/chaos-core';
import { CONNECT_TIMEOUT, openSocket, secure, type TlsSettings, unreachable } from '../wire/open-socket.ts';
import { PendingAnswers } from '../wire/pending-answers.ts';
import type { QueueServer } from '../wire/queue-url.ts';
import { NatsReader, type Said } from './nats-reader.ts';

/** An answer to a request. */
export interface NatsAnswer {
  /** Status in the headers: 503 when nobody listens. */
  readonly status: number | undefined;
  readonly payload: string;
}

export interface NatsMessage {
  readonly subject: string;
  readonly payload: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const NOBODY = 503;

/** One connection to NATS. Keeps the process alive only while it waits for an answer. */
export class NatsClient {
  readonly #server: QueueServer;
  readonly #socket: Socket;
  readonly #reader: NatsReader;
  readonly #pongs: PendingAnswers<void>;
  readonly #inbox = `_INBOX.${freshId('chaos')}`;
  readonly #requests = new Map<string, PendingAnswers<NatsAnswer>>();
  #number = 0;
  #lost: unknown;

  private constructor(server: QueueServer, socket: Socket, reader: NatsReader) {
    this.#server = server;
    this.#socket = socket;
    this.#reader = reader;
    this.#pongs = new PendingAnswers((reason) => this.#lose(reason));
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#hear(bytes));
    socket.once('error', (error) => this.#lose(error));
    socket.once('close', () => this.#lose(new Error('the connection ended')));
  }

  /** Connects, with TLS where the URL or the server says so, and gives user and password or the token. */
  static async open(server: QueueServer, tls: TlsSettings, signal: AbortSignal): Promise<NatsClient> {
    const plain = await openSocket({ ...server, secured: false }, tls);
    try {
      const reader = new NatsReader();
      const info = await greeting(plain, reader);
      const secured = server.secured || Reflect.get(info, 'tls_required') === true;
      const client = new NatsClient(server, secured ? await secure(plain, server.host, tls) : plain, reader);
      client.#write(`CONNECT ${JSON.stringify(introduction(server, secured))}`, `SUB ${client.#inbox}.* 1`);
      await client.flush(signal);
      return client;
    } catch (error) {
      plain.destroy();
      throw error instanceof ChaosError ? error : unreachable(server, messageOf(error), error);
    }
  }

  get alive(): boolean {
    return this.#lost === undefined;
  }

  /** Publishes; resolves once the server has taken it. */
  async publish(message: NatsMessage, signal: AbortSignal): Promise<void> {
    this.#publish(message, '');
    await this.flush(signal);
  }

  /** Publishes and asks whether anybody listens. */
  async reaches(message: NatsMessage, signal: AbortSignal): Promise<boolean> {
    const answers = new PendingAnswers<NatsAnswer>(() => undefined);
    const reply = this.#awaited(answers);
    let nobody = false;
    void answers.next(signal).then(
      ({ status }) => (nobody = status === NOBODY),
      () => undefined,
    );
    this.#publish(message, reply);
    await this.flush(signal);
    this.#requests.delete(reply);
    answers.fail(new Error('nothing more is waited for'));
    return !nobody;
  }

  /** Publishes and waits for the answer. */
  async request(message: NatsMessage, signal: AbortSignal): Promise<NatsAnswer> {
    const answers = new PendingAnswers<NatsAnswer>((reason) => answers.fail(unreachable(this.#server, reason.message)));
    const reply = this.#awaited(answers);
    const answer = answers.next(signal);
    this.#socket.ref();
    try {
      this.#publish(message, reply);
      return await answer;
    } finally {
      this.#requests.delete(reply);
      this.#rest();
    }
  }

  /** Resolves when the server has worked on everything sent so far. */
  async flush(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    if (this.#lost !== undefined) throw this.#lost;
    this.#socket.ref();
    const pong = this.#pongs.next(signal);
    this.#write('PING');
    try {
      await pong;
    } finally {
      this.#rest();
    }
  }

  close(): void {
    this.#lose(new Error('the connection was closed'));
  }

  #awaited(answers: PendingAnswers<NatsAnswer>): string {
    if (this.#lost !== undefined) throw this.#lost;
    this.#number += 1;
    const reply = `${this.#inbox}.${this.#number}`;
    this.#requests.set(reply, answers);
    return reply;
  }

  #publish({ subject, payload, headers = {} }: NatsMessage, reply: string): void {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const size = Buffer.byteLength(payload);
    const to = reply === '' ? subject : `${subject} ${reply}`;
    const head = lines.length === 0 ? '' : `NATS/1.0\r\n${lines.join('')}\r\n`;
    const headed = Buffer.byteLength(head);
    const command = headed === 0 ? `PUB ${to} ${size}` : `HPUB ${to} ${headed} ${headed + size}`;
    this.#write(command, head + payload);
  }

  #write(...lines: readonly string[]): void {
    this.#socket.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  #rest(): void {
    if (this.#requests.size === 0 && this.#pongs.size === 0) this.#socket.unref();
  }

  #hear(bytes: Buffer): void {
    try {
      for (const said of this.#reader.take(bytes)) this.#take(said);
    } catch (error) {
      this.#lose(error);
    }
  }

  #take(said: Said): void {
    if (said.verb === 'PING') this.#write('PONG');
    if (said.verb === 'PONG') this.#pongs.settle();
    if (said.verb === '-ERR') this.#lose(new Error(said.text));
    if (said.verb !== 'MSG') return;
    const status = /^NATS\/1\.0 (\d{3})/.exec(said.headers)?.[1];
    this.#requests
      .get(said.subject)
      ?.settle({ status: status === undefined ? undefined : Number(status), payload: said.payload });
  }

  #lose(reason: unknown): void {
    this.#lost ??= unreachable(this.#server, messageOf(reason), reason);
    this.#socket.destroy();
    this.#pongs.fail(this.#lost);
    for (const answers of this.#requests.values()) answers.fail(this.#lost);
  }
}

/** The server speaks first, always in the clear. */
async function greeting(socket: Socket, reader: NatsReader): Promise<object> {
  const signal = AbortSignal.timeout(CONNECT_TIMEOUT);
  for (;;) {
    const [bytes]: readonly unknown[] = await once(socket, 'data', { signal });
    const [said] = Buffer.isBuffer(bytes) ? reader.take(bytes) : [];
    if (said === undefined) continue;
    const info: unknown = said.verb === 'INFO' ? JSON.parse(said.text) : undefined;
    if (typeof info === 'object' && info !== null) return info;
    throw new Error(`expected the INFO of a NATS server, got ${said.verb}`);
  }
}

function introduction({ user, password }: QueueServer, secured: boolean) {
  const common = { verbose: false, pedantic: false, tls_required: secured, name: 'bridge-chaos', lang: 'node' };
  const who = password === undefined ? { auth_token: user } : { user, pass: password };
  return { ...common, version: '1', protocol: 1, headers: true, no_responders: true, ...who };
}

import { once } from 'node:events';
import {
  createServer as createHttpServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import type { Clock } from '@bridge/chaos-core';
import type { Address } from '../../address.ts';
import type { HttpOptions, ServerTls } from '../../control/http-options.ts';
import { addressOf } from '../listen.ts';
import { exchange, toUpstream } from './exchange.ts';
import type { HttpRule } from './http-rule.ts';
import { Leg } from './leg.ts';
import { reissued, type Validity } from './reissued.ts';
import { tunnel } from './tunnel.ts';

/** What the front asks on every connection and request. */
export interface FrontState {
  readonly upstream: Address;
  /** Live faults on requests, in the order of injection. */
  readonly rules: readonly HttpRule[];
  /** The certificate that a live fault puts in place of the true one. */
  readonly validity: Validity | undefined;
}

const LARGEST_HEAD = 2 ** 18;

/**
 * Stands between the TCP lanes of a proxy and its upstream, understands HTTP/1, and passes it on as it came. It
 * listens on loopback, so that a connection through it can be reset like any other.
 */
export class HttpFront {
  readonly #server: Server;
  readonly #http: HttpServer;
  readonly #options: HttpOptions;
  readonly #clock: Clock;
  readonly #state: () => FrontState;
  readonly #legs = new WeakMap<Duplex, Leg>();
  readonly #contexts = new Map<Validity | 'true', SecureContext>();

  private constructor(options: HttpOptions, clock: Clock, state: () => FrontState) {
    this.#options = options;
    this.#clock = clock;
    this.#state = state;
    this.#server = createServer({ noDelay: true }, (raw) => this.#accept(raw));
    const unbounded = {
      keepAliveTimeout: 0,
      requestTimeout: 0,
      headersTimeout: 0,
      connectionsCheckingInterval: 2 ** 30,
    };
    this.#http = createHttpServer({ ...unbounded, maxHeaderSize: LARGEST_HEAD }, this.#onRequest);
    this.#http.on('checkContinue', this.#onRequest);
    this.#http.on('checkExpectation', this.#onRequest);
    this.#http.on('upgrade', this.#onUpgrade);
    this.#http.on('connect', this.#onUpgrade);
    // What is not HTTP is cut off as a server would.
    this.#http.on('clientError', (_error, socket) => socket.destroy());
  }

  static async listen(options: HttpOptions, clock: Clock, state: () => FrontState): Promise<HttpFront> {
    const front = new HttpFront(options, clock, state);
    // A certificate that cannot be used is to be found out now.
    if (options.tls !== undefined) front.#context(options.tls);
    front.#server.listen({ host: '127.0.0.1', port: 0, backlog: 1_024 });
    await once(front.#server, 'listening');
    return front;
  }

  get address(): Address {
    return addressOf(this.#server);
  }

  close(): void {
    this.#server.close();
  }

  #accept(raw: Socket): void {
    raw.on('error', () => raw.destroy());
    const { tls } = this.#options;
    const client = tls === undefined ? raw : this.#secured(raw, tls);
    const leg = new Leg(raw, client, this.#state().upstream, this.#options.upstreamTls);
    this.#legs.set(client, leg);
    this.#http.emit('connection', client);
  }

  #secured(raw: Socket, tls: ServerTls): TLSSocket {
    const secureContext = this.#context(tls);
    const client = new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] });
    client.on('error', () => client.destroy());
    return client;
  }

  /** One for each certificate, each with ticket keys of its own: a session is never resumed past another one. */
  #context(tls: ServerTls): SecureContext {
    const { validity = 'true' } = this.#state();
    const known = this.#contexts.get(validity);
    if (known !== undefined) return known;
    const cert = validity === 'true' ? tls.cert : reissued(tls, validity, this.#clock.wall());
    const context = createSecureContext({ cert, key: tls.key });
    this.#contexts.set(validity, context);
    return context;
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const leg = this.#legs.get(request.socket);
    if (leg === undefined) return void request.socket.destroy();
    leg.busy(1);
    response.once('close', () => leg.busy(-1));
    exchange(request, response, leg, this.#state().rules).catch(() => leg.reset());
  };

  /** Behind the upstream's consent the connection is none of HTTP's business any more. */
  readonly #onUpgrade = (request: IncomingMessage, client: Duplex, head: Buffer): void => {
    const leg = this.#legs.get(client);
    if (leg === undefined) return void client.destroy();
    client.on('error', () => client.destroy());
    const onward = toUpstream(request, leg);
    onward.on('error', () => leg.reset());
    onward.on('response', (answer) => {
      client.write(headOf(answer));
      answer.pipe(client);
    });
    const join = (answer: IncomingMessage, upstream: Socket, first: Buffer): void => {
      upstream.on('error', () => leg.reset());
      client.write(headOf(answer));
      client.write(first);
      upstream.write(head);
      tunnel(client, upstream);
    };
    onward.on('upgrade', join);
    onward.on('connect', join);
    onward.end();
  };
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = rawHeaders.map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`));
  return `HTTP/1.1 ${statusCode} ${statusMessage}\r\n${lines.join('')}\r\n`;
}

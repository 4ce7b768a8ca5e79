import { Agent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Address } from '../../address.ts';
import type { UpstreamTls } from '../../control/http-options.ts';

/** How the upstream is reached. */
export interface Destination {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'http:' | 'https:';
}

/** One client connection and the one upstream connection that belongs to it, as there would be without us. */
export class Leg {
  readonly agent: Agent;
  readonly destination: Destination;
  readonly #raw: Socket;
  readonly #client: Duplex;
  #open = 0;
  #followed: Socket | undefined;

  /** @param client what HTTP is spoken on: `raw`, or TLS on it */
  constructor(raw: Socket, client: Duplex, upstream: Address, tls: UpstreamTls | undefined) {
    this.#raw = raw;
    this.#client = client;
    const one = { keepAlive: true, maxSockets: 1, maxFreeSockets: 1 };
    this.agent = tls === undefined ? new Agent(one) : new TlsAgent({ ...one, ...tlsOptions(tls, upstream) });
    this.destination = { ...upstream, protocol: tls === undefined ? 'http:' : 'https:' };
    raw.once('close', () => this.agent.destroy());
  }

  /** Told of every request and of its end. */
  busy(change: 1 | -1): void {
    this.#open += change;
  }

  /** When the upstream hangs up between two requests, that is the client's business, too. */
  follow(upstream: Socket): void {
    if (this.#followed === upstream) return;
    this.#followed = upstream;
    upstream.once('close', () => {
      if (this.#followed === upstream && this.#open === 0) this.end();
    });
  }

  /** Ends the client's connection by FIN, in the midst of whatever it is. */
  end(): void {
    this.#client.destroy();
  }

  /** A true RST for the client. */
  reset(): void {
    if (!this.#raw.destroyed) this.#raw.resetAndDestroy();
  }
}

function tlsOptions({ ca, servername, verify }: UpstreamTls, { host }: Address): object {
  return {
    ...(ca === undefined ? {} : { ca }),
    servername: servername ?? (/^[\d.]+$|:/.test(host) ? '' : host),
    rejectUnauthorized: verify,
    ALPNProtocols: ['http/1.1'],
  };
}

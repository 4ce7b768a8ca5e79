import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Random } from '@bridge/chaos-core';
import type { Witness } from '../../src/witness/witness.ts';

/** A mirror behind a bad network: 503, resets before and after the work is done (lost acknowledgements), slow answers. */
export class HostileCollector {
  requests = 0;
  refused = 0;
  lostAcknowledgements = 0;
  readonly #arrivals = new EventEmitter();
  readonly #witness: Witness;
  readonly #random: Random;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  constructor(witness: Witness, random: Random) {
    this.#witness = witness;
    this.#random = random;
  }

  /** Resolves when so many requests have come. */
  async reached(requests: number): Promise<void> {
    while (this.requests < requests) await once(this.#arrivals, 'request');
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('expected a TCP address');
    return `http://127.0.0.1:${address.port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.requests += 1;
    this.#arrivals.emit('request');
    const fate = this.#random.int(10);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      if (fate === 0) {
        this.refused += 1;
        outgoing.writeHead(503, { 'retry-after': '0' }).end('busy');
        return;
      }
      if (fate === 1) {
        this.refused += 1;
        incoming.destroy();
        return;
      }
      const request = new Request('http://mirror/add-entries', {
        method: 'POST',
        headers: { 'content-encoding': 'gzip' },
        body: Buffer.concat(chunks),
      });
      const response = await this.#witness.handle(request);
      if (fate === 2) {
        this.lostAcknowledgements += 1;
        incoming.destroy();
        return;
      }
      outgoing.writeHead(response.status).end(await response.text());
    } catch {
      // The sender was killed in the middle of its request.
      outgoing.destroy();
    }
  }
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a handler answers: sent as JSON, with 200. A handler that throws answers 503. */
type Handler = (path: string) => Promise<object> | object;

/**
 * Serves on the loopback address, tells the parent the port, and ends with the parent: nothing of the demo outlives it.
 *
 * @param port 0 for a free one
 */
export function serve(handler: Handler, port = 0): void {
  const server = createServer(async (request, response) => {
    try {
      const body = await handler(request.url ?? '/');
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    } catch (error) {
      response.writeHead(503).end(error instanceof Error ? error.message : String(error));
    }
  });
  server.listen(port, '127.0.0.1', () => process.send?.({ port: portOf(server.address()) }));
  process.once('disconnect', () => process.exit());
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error(`expected a TCP port, got ${address}`);
  return address.port;
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';

export interface LocalServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** How many requests have reached the handler. */
  readonly served: number;
}

const answerText: RequestListener = (_request, response) => void response.end('x'.repeat(1_000));

/** A real HTTP server on loopback. */
export async function localServer(
  handler: (request: IncomingMessage, response: ServerResponse) => void | Promise<void> = answerText,
): Promise<LocalServer> {
  let served = 0;
  const server = createServer((request, response) => {
    served += 1;
    void handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP server');
  const { port } = address;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    get served() {
      return served;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

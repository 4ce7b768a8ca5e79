import type { ServerResponse } from 'node:http';
import { type LocalServer, localServer } from './local-server.ts';

export interface SlowServer extends LocalServer {
  /** Resolves when a request has reached it. */
  readonly arrived: Promise<void>;
  /** Ends the answer, which is 1000 bytes long. */
  answer(): void;
}

/** A server that answers one request when it is told to. What it sends before that is `begun`. */
export async function slowServer(begun = ''): Promise<SlowServer> {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  let open: ServerResponse | undefined;
  const server = await localServer((_request, response) => {
    open = response;
    if (begun !== '') response.write(begun);
    resolve();
  });
  return {
    url: server.url,
    port: server.port,
    get served() {
      return server.served;
    },
    arrived,
    answer: () => void open?.end('x'.repeat(1_000 - begun.length)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

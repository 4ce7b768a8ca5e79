import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  readonly status?: number;
  readonly body?: object;
}

/** Routes by method and path, `:name` standing for one segment. A handler that throws answers 503. */
export type Routes = Readonly<Record<string, (request: Asked) => Promise<Answer> | Answer>>;

export interface Asked {
  readonly parameter: string;
  /** The body as JSON; null when there is none. */
  json(): Promise<unknown>;
}

/**
 * Serves on the loopback address and tells the supervisor the port.
 *
 * @param port 0 for a free one
 */
export function serve(routes: Routes, port: number): void {
  const server = createServer(async (request, response) => {
    const { status = 200, body } = await answer(routes, request).catch((error: unknown) => {
      return { status: 503, body: { error: error instanceof Error ? error.message : String(error) } };
    });
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(body === undefined ? '' : JSON.stringify(body));
  });
  server.on('listening', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.({ up: { port: address.port } });
  });
  // A connection that is closed for being idle just when it is used again would look like a failure.
  server.keepAliveTimeout = 600_000;
  server.listen(port, '127.0.0.1');
}

async function answer(routes: Routes, request: IncomingMessage): Promise<Answer> {
  const [path = '/'] = (request.url ?? '/').split('?');
  const [, first = '', parameter = ''] = path.split('/');
  const route = routes[`${request.method} /${first}${parameter === '' ? '' : '/:'}`];
  if (route === undefined) return { status: 404, body: { error: `no ${request.method} ${path}` } };
  const json = async (): Promise<unknown> => JSON.parse((await text(request)) || 'null');
  return await route({ parameter: decodeURIComponent(parameter), json });
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { freshId, messageOf } from '@bridge/chaos-core';
import type { Address } from '../../proxy/address.ts';
import { addressOf } from '../../proxy/plane/listen.ts';
import { PartlyPopulated, type ProxyCollection } from '../proxy-collection.ts';
import { ApiError, orphaned } from './api-error.ts';
import { type Answer, ROUTES } from './routes.ts';

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Not of Toxiproxy: who owns the server, for whoever wants to take it over. */
export const TENURE_PATH = '/chaos/tenure';
export interface Tenure {
  readonly owned: boolean;
  /** Unix socket on which an owner makes itself known. */
  readonly control: string;
}

/** Toxiproxy's HTTP API. No request waits for an upstream. */
export class ApiServer {
  readonly #server: Server;
  readonly #proxies: ProxyCollection;
  readonly #tenure: () => Tenure;

  private constructor(proxies: ProxyCollection, tenure: () => Tenure) {
    this.#proxies = proxies;
    this.#tenure = tenure;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  /** Rejects when something else listens there. */
  static async listen(place: Address, proxies: ProxyCollection, tenure: () => Tenure): Promise<ApiServer> {
    const api = new ApiServer(proxies, tenure);
    api.#server.listen(place);
    await once(api.#server, 'listening');
    return api;
  }

  get address(): Address {
    return addressOf(this.#server);
  }

  close(): void {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-Toxiproxy-Request-Id', freshId('request'));
    try {
      send(response, await this.#answer(request));
    } catch (thrown) {
      sendError(response, thrown);
    }
  }

  async #answer(request: IncomingMessage): Promise<Answer> {
    const [path = '/'] = (request.url ?? '/').split('?');
    const tenure = this.#tenure();
    if (path === TENURE_PATH) return { status: 200, body: tenure };
    for (const route of ROUTES) {
      const matched = route.path.exec(path);
      if (matched === null) continue;
      if (isBrowser(request)) return { status: 403, body: 'User agent not allowed\n', type: TEXT_TYPE };
      const handler = route.methods[request.method ?? ''];
      if (handler === undefined) return { status: 405, body: '', type: TEXT_TYPE };
      if (!tenure.owned && request.method !== 'GET') throw orphaned();
      const { proxy = '', toxic = '' } = matched.groups ?? {};
      return await handler({ proxies: this.#proxies, request, proxy: decoded(proxy), toxic: decoded(toxic) });
    }
    return { status: 404, body: '404 page not found\n', type: TEXT_TYPE };
  }
}

/** Any page could otherwise make its visitor's browser break things; `User-Agent` alone is under a script's control. */
function isBrowser({ headers }: IncomingMessage): boolean {
  const { origin, 'user-agent': agent = '' } = headers;
  return agent.startsWith('Mozilla/') || origin !== undefined || headers['sec-fetch-site'] !== undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // Names are whatever a client calls them.
    return part;
  }
}

function send(response: ServerResponse, { status, body, type = JSON_TYPE }: Answer): void {
  if (body === undefined) {
    response.writeHead(status).end();
    return;
  }
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text) }).end(text);
}

function sendError(response: ServerResponse, thrown: unknown): void {
  const { status, message } = thrown instanceof ApiError ? thrown : new ApiError(500, messageOf(thrown));
  const error = { error: message, status };
  if (thrown instanceof PartlyPopulated) send(response, { status, body: { ...error, proxies: thrown.proxies } });
  // As Go's http.Error does.
  else send(response, { status, body: `${JSON.stringify(error)}\n`, type: TEXT_TYPE });
}

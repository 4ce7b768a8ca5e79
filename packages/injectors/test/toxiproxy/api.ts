import { type ToxiproxyServer, toxiproxyServer } from '../../src/toxiproxy/toxiproxy-server.ts';

/** Speaks the API by hand: what answers look like is part of it. */
export class Api implements AsyncDisposable {
  readonly server: ToxiproxyServer;

  constructor(server: ToxiproxyServer) {
    this.server = server;
  }

  static async start(options: { readonly seed?: string } = {}): Promise<Api> {
    return new Api(await toxiproxyServer({ port: 0, runsIn: 'here', ...options }));
  }

  async ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: payload }),
    });
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text(), answer };
  }

  /** The port of a new proxy to this upstream. */
  async proxy(name: string, upstream: number, more: object = {}): Promise<number> {
    const created = await this.ask('POST', '/proxies', { name, upstream: `127.0.0.1:${upstream}`, ...more });
    if (created.status !== 201) throw new Error(created.text);
    const { listen }: { listen: string } = JSON.parse(created.text);
    return Number(listen.split(':').at(-1));
  }

  async toxic(proxy: string, type: string, attributes: object, more: object = {}): Promise<void> {
    const added = await this.ask('POST', `/proxies/${proxy}/toxics`, { type, attributes, ...more });
    if (added.status !== 200) throw new Error(added.text);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }
}

interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly text: string;
  readonly answer: Response;
}

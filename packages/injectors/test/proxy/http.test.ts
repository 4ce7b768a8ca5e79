import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { type HttpProxyOptions, proxy } from '../../src/proxy/plugin.ts';
import { Client } from './client.ts';
import { inject } from './inject.ts';
import { authority, edwards, leaf, type Pair, selfSigned } from './pki/pki.ts';
import { portOf } from './upstream.ts';

const MODES = [
  ['in a child process', {}],
  ['in this process', { inProcess: true }],
] as const;

interface Origin extends AsyncDisposable {
  readonly port: number;
  readonly seen: readonly string[];
  readonly connections: () => number;
}

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

const greeting: Serve = (incoming, response) => {
  void text(incoming).then((body) => {
    response.setHeader('X-Origin', 'true');
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ path: incoming.url, body, user: { name: 'ada', email: 'ada@x' } }));
  });
};

async function origin(serve: Serve = greeting, tls?: Pair): Promise<Origin> {
  const seen: string[] = [];
  let connections = 0;
  const handle: Serve = (incoming, response) => {
    seen.push(`${incoming.method} ${incoming.url}`);
    serve(incoming, response);
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer({ ...tls }, handle);
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    seen,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly agent?: Agent;
  readonly ca?: string;
}

async function ask(port: number, { path = '/', method = 'GET', body, headers = {}, agent, ca }: Ask = {}) {
  const options = { host: '127.0.0.1', port, path, method, headers, agent: agent ?? false };
  const sent = ca === undefined ? request(options) : tlsRequest({ ...options, ca });
  sent.end(body);
  const [answer]: [IncomingMessage] = await Promise.race([
    once(sent, 'response').then(([incoming]): [IncomingMessage] => [incoming]),
    once(sent, 'error').then(([error]) => Promise.reject(error)),
  ]);
  return { status: answer.statusCode, headers: answer.headers, raw: answer.rawHeaders, body: await text(answer) };
}

const codeOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'answered',
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );

describe.each(MODES)('an HTTP proxy %s without faults', (_where, mode) => {
  it('passes requests and answers on as they came', async () => {
    await using server = await origin((incoming, response) => {
      void text(incoming).then((body) => {
        response.writeHead(201, 'Made Up', ['Set-Cookie', 'a=1', 'X-MiXed', 'é', 'Set-Cookie', 'b=2']);
        response.end(`${incoming.method} ${incoming.url} ${JSON.stringify(incoming.rawHeaders)} ${body}`);
      });
    });
    await using web = await proxy({ name: 'web', upstream: server.port, http: true, ...mode });
    const asked = { path: '/a%20b?c=d', method: 'PUT', body: 'héllo', headers: { 'X-OwN': 'yes' } };
    const through = await ask(web.port, asked);
    const direct = await ask(server.port, asked);
    const ports = (raw: string): string =>
      raw.replaceAll(String(web.port), 'PORT').replaceAll(String(server.port), 'PORT');
    expect({ ...through, raw: [], headers: {}, body: ports(through.body) }).toEqual({
      ...direct,
      raw: [],
      headers: {},
      body: ports(direct.body),
    });
    expect(through.raw.join()).toContain('Set-Cookie,a=1,X-MiXed');
  });

  it('keeps one upstream connection for each client connection, and ends it with it', async () => {
    await using server = await origin();
    await using web = await proxy({ name: 'web', upstream: server.port, http: true, ...mode });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let index = 0; index < 5; index += 1) await ask(web.port, { agent });
    await ask(web.port);
    expect(server.connections()).toBe(2);
    agent.destroy();
  });

  it('is a reset for the client when the upstream is dead', async () => {
    await using web = await proxy({ name: 'web', upstream: 1, http: true, ...mode });
    expect(await codeOf(ask(web.port))).toBe('ECONNRESET');
  });

  it('lets upgraded connections through', async () => {
    const upgrading = createServer().on('upgrade', (_incoming, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
      socket.pipe(socket);
    });
    upgrading.listen(0, '127.0.0.1');
    await once(upgrading, 'listening');
    await using web = await proxy({ name: 'web', upstream: portOf(upgrading), http: true, ...mode });
    using client = new Client(connect(web.port, '127.0.0.1'));
    client.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    const head = (await client.until(1)).toString();
    expect(head).toContain('101 Switching Protocols');
    client.socket.write('through the tunnel');
    while (!client.received.toString().endsWith('through the tunnel')) await once(client.socket, 'progress');
    upgrading.close();
    upgrading.closeAllConnections();
  });

  it('ends both sides of an upgraded connection as one of them ends', async () => {
    const upgrading = createServer();
    upgrading.listen(0, '127.0.0.1');
    await once(upgrading, 'listening');
    await using web = await proxy({ name: 'web', upstream: portOf(upgrading), http: true, ...mode });
    const open = async () => {
      const upgraded = new Promise<Socket>((resolve) => {
        upgrading.once('upgrade', (_incoming, socket) => socket instanceof Socket && resolve(socket));
      });
      const client = await Client.connect(web.port);
      client.socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n');
      const socket = await upgraded;
      const server = new Client(socket);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: any\r\n\r\n');
      await client.until(1);
      return { client, server };
    };
    const reset = await open();
    reset.client.socket.resetAndDestroy();
    expect(await reset.server.closed).toBe('ECONNRESET');

    const closed = await open();
    closed.client.socket.write('last words');
    closed.client.socket.destroySoon();
    expect((await closed.server.until(10)).toString()).toBe('last words');
    const unheard = () => {
      closed.server.socket.write('unheard');
      return closed.server.socket.destroyed;
    };
    await expect.poll(unheard, { timeout: 20_000 }).toBe(true);

    const left = await open();
    left.server.socket.destroy();
    const toNobody = () => {
      left.client.socket.write('to nobody');
      return left.client.socket.destroyed;
    };
    await expect.poll(toNobody, { timeout: 20_000 }).toBe(true);
    upgrading.close();
  });
});

interface Web extends AsyncDisposable {
  readonly port: number;
  readonly server: Origin;
}

async function web(serve: Serve = greeting, http: boolean | HttpProxyOptions = true): Promise<Web> {
  const server = await origin(serve);
  const front = await proxy({ name: 'web', upstream: server.port, http, inProcess: true });
  return {
    port: front.port,
    server,
    async [Symbol.asyncDispose]() {
      await front.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const hit = (effect: object, more: object = {}) => inject('web', 'proxy.http', { effect, ...more });

describe('proxy.http', () => {
  it('delays only what matches, also on a connection that was open before, and lets go when it ends', async () => {
    await using it = await web();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await ask(it.port, { agent });
    const fault = await hit({ kind: 'delay', delay: '10 minutes' }, { match: { method: 'POST', path: '/orders/*' } });
    expect(await fault.observe()).toBe('present');
    await ask(it.port, { agent, method: 'GET', path: '/orders/1' });
    await ask(it.port, { agent, method: 'POST', path: '/carts' });
    const held = ask(it.port, { agent, method: 'POST', path: '/orders/1', body: 'x' });
    while ((await fault.counters())?.injected === 0);
    expect(it.server.seen).toEqual(['GET /', 'GET /orders/1', 'POST /carts']);
    await fault.revert();
    expect((await held).status).toBe(200);
    expect(await fault.observe()).toBe('absent');
    agent.destroy();
  });

  it('answers in place of the upstream', async () => {
    await using it = await web();
    const fault = await hit({ kind: 'status', status: 503, headers: { 'retry-after': '7' }, body: 'busy' });
    const answer = await ask(it.port, { method: 'POST', body: 'x'.repeat(100_000) });
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '7' }, body: 'busy' });
    expect(it.server.seen).toEqual([]);
    await fault.revert();
    expect((await ask(it.port)).status).toBe(200);
  });

  it('changes status, headers and fields of the answer', async () => {
    await using it = await web();
    const fault = await hit({
      kind: 'change',
      status: 203,
      setHeaders: { 'cache-control': 'no-store' },
      removeHeaders: ['x-origin'],
      body: { json: [{ drop: '/user/email' }, { rename: '/path', to: 'route' }, { set: '/user/name', to: null }] },
    });
    expect(await fault.observe()).toBe('present');
    const answer = await ask(it.port, { path: '/p' });
    expect(answer.status).toBe(203);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store' });
    expect(answer.headers['x-origin']).toBeUndefined();
    expect(JSON.parse(answer.body)).toEqual({ body: '', user: { name: null }, route: '/p' });
    await fault.revert();
    expect(await fault.observe()).toBe('absent');
  });

  it('replaces the body, whatever its encoding was', async () => {
    await using it = await web((_incoming, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip', etag: '"1"' });
      response.end('not really gzip');
    });
    const fault = await hit({ kind: 'change', body: 'other' });
    const answer = await ask(it.port);
    expect(answer.body).toBe('other');
    expect(answer.headers).toMatchObject({ 'content-length': '5' });
    expect([answer.headers['content-encoding'], answer.headers.etag]).toEqual([undefined, undefined]);
    await fault.revert();
  });

  it('aborts before the upstream sees the request, after it answered, or midway', async () => {
    await using it = await web((_incoming, response) => void response.end('0123456789'));
    const before = await hit({ kind: 'abort' });
    expect(await codeOf(ask(it.port))).toBe('ECONNRESET');
    expect(it.server.seen.length).toBe(0);
    await before.revert();
    const after = await hit({ kind: 'abort', at: 'after' });
    expect(await codeOf(ask(it.port))).toBe('ECONNRESET');
    expect(it.server.seen.length).toBe(1);
    await after.revert();
    const midway = await hit({ kind: 'abort', at: 'midway' });
    expect(await midway.observe()).toBe('present');
    using client = new Client(connect(it.port, '127.0.0.1'));
    client.socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.closed;
    expect(client.received.toString()).toMatch(/\r\n\r\n01234$/);
    await midway.revert();
  });

  it('hits as the schedule and the chance say, the same with the same seed', async () => {
    await using it = await web();
    const outcomes = async (more: object): Promise<string> => {
      const fault = await hit({ kind: 'status', status: 500 }, more);
      let seen = '';
      for (let index = 0; index < 20; index += 1) seen += (await ask(it.port)).status === 500 ? 'x' : '.';
      expect(await fault.counters()).toEqual({ eligible: 20, injected: [...seen].filter((one) => one === 'x').length });
      await fault.revert();
      return seen;
    };
    expect(await outcomes({ when: { pattern: 'FFS' } })).toBe(`xx${'.'.repeat(18)}`);
    const drawn = await outcomes({ perRequest: 0.5 });
    expect(drawn).toMatch(/x/);
    expect(drawn).toMatch(/\./);
    expect(await outcomes({ perRequest: 0.5 })).toBe(drawn);
  });

  it('stands beside faults on the bytes of the same connections', async () => {
    await using it = await web();
    const slow = await inject('web', 'proxy.latency', { delay: '30ms' });
    const fault = await hit({ kind: 'status', status: 418, body: 'teapot' });
    const from = performance.now();
    expect((await ask(it.port)).status).toBe(418);
    expect(performance.now() - from).toBeGreaterThanOrEqual(59);
    await fault.revert();
    expect(await slow.observe()).toBe('present');
    await slow.revert();
  });

  it('needs a proxy that understands requests', async () => {
    await using server = await origin();
    await using _bytes = await proxy({ name: 'web', upstream: server.port, inProcess: true });
    await expect(hit({ kind: 'abort' })).rejects.toMatchObject({ code: 'CHAOS_FAULT_IMPOSSIBLE' });
  });

  it.each([
    { kind: 'change' },
    { kind: 'change', setHeaders: { 'content-length': '3' } },
    { kind: 'change', setHeaders: { 'x-a': 'b\r\nc: d' } },
    { kind: 'change', removeHeaders: ['bad name'] },
    { kind: 'status', status: 99 },
    { kind: 'delay', delay: 0 },
  ])('refuses %o', async (effect) => {
    await using _it = await web();
    await expect(hit(effect)).rejects.toThrow();
  });
});

describe('TLS', () => {
  const pairs: [string, Pair, Pair | undefined][] = [
    ['RSA signed by an EC authority', leaf, authority],
    ['self-signed RSA', selfSigned, undefined],
    ['self-signed Ed25519', edwards, undefined],
  ];

  it.each(pairs)(
    '%s: an expired or early certificate is shown to later clients, and nothing else is wrong',
    async (_kind, pair, issuer) => {
      const tls = issuer === undefined ? pair : { ...pair, issuer };
      const ca = (issuer ?? pair).cert;
      await using it = await web(greeting, { tls });
      const agent = new TlsAgent({ keepAlive: true, maxSockets: 1 });
      expect((await ask(it.port, { ca, agent })).status).toBe(200);
      const expired = await inject('web', 'proxy.certificate');
      expect(expired.before).toBe('absent');
      expect(await expired.observe()).toBe('present');
      expect(await codeOf(ask(it.port, { ca }))).toBe('CERT_HAS_EXPIRED');
      expect((await ask(it.port, { ca, agent })).status).toBe(200);
      await expired.revert();
      expect(await expired.observe()).toBe('absent');
      const early = await inject('web', 'proxy.certificate', { validity: 'not-yet-valid' });
      expect(await codeOf(ask(it.port, { ca }))).toBe('CERT_NOT_YET_VALID');
      await early.revert();
      expect((await ask(it.port, { ca })).status).toBe(200);
      agent.destroy();
    },
  );

  it('cannot make another certificate without the key of who signed it', async () => {
    await using _it = await web(greeting, { tls: leaf });
    await expect(inject('web', 'proxy.certificate')).rejects.toMatchObject({
      code: 'CHAOS_FAULT_IMPOSSIBLE',
      message: expect.stringContaining('tls.issuer'),
    });
  });

  it('ends TLS here and speaks it to the upstream; requests under it can be hit and reset', async () => {
    await using server = await origin(greeting, leaf);
    const http = { tls: selfSigned, upstreamTls: { ca: authority.cert, servername: 'localhost' } };
    await using front = await proxy({ name: 'web', upstream: server.port, http });
    expect((await ask(front.port, { ca: selfSigned.cert })).status).toBe(200);
    const fault = await hit({ kind: 'abort' }, { match: { path: '/x' } });
    expect(await codeOf(ask(front.port, { ca: selfSigned.cert, path: '/x' }))).toBe('ECONNRESET');
    expect((await ask(front.port, { ca: selfSigned.cert, path: '/y' })).status).toBe(200);
    await fault.revert();
  });

  it('trusts no upstream by default', async () => {
    await using server = await origin(greeting, selfSigned);
    await using front = await proxy({
      name: 'web',
      upstream: server.port,
      http: { upstreamTls: true },
      inProcess: true,
    });
    expect(await codeOf(ask(front.port))).toBe('ECONNRESET');
  });

  it('says what is wrong with a certificate', async () => {
    const http = { tls: { cert: 'none', key: 'none' } };
    await expect(proxy({ name: 'web', upstream: 1, http })).rejects.toMatchObject({ code: 'CHAOS_PROXY_CANNOT_START' });
  });
});

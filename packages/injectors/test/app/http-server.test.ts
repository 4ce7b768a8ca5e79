import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { acceptMarks, currentMark, signMark } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { liveEngine } from './live-engine.ts';
import { localServer } from './local-server.ts';

const target = { app: 'self' } as const;
const key = 'a key of sixteen bytes or more';

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

async function ask(
  port: number,
  path = '/',
  options: { agent?: Agent; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const [response] = await once(get({ host: '127.0.0.1', port, path, agent: false, ...options }), 'response');
  const body = (await response.toArray()).join('');
  return { status: response.statusCode, body, headers: response.headers };
}

const json = (response: ServerResponse, value: unknown): void => {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'Content-Type': 'application/json; charset=utf-8', 'Content-Length': body.length });
  response.write(body.slice(0, 3));
  response.end(body.slice(3));
};

describe('app.http-server', () => {
  it('answers in place of the handler, which never sees the request', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'status', status: 503, body: 'busy', headers: { 'retry-after': '1' } } as const;
    const match = { path: '/orders*' };
    await using _fault = await live.inject({
      type: 'app.http-server',
      target,
      params: { scope: 'process', match, effect },
    });
    expect(await ask(server.port, '/orders?id=1')).toMatchObject({
      status: 503,
      body: 'busy',
      headers: { 'retry-after': '1' },
    });
    expect(server.served).toBe(0);
    expect(await ask(server.port, '/users')).toMatchObject({ status: 200 });
  });

  it('serves later', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'delay', delay: '60ms' } as const;
    await using _fault = await live.inject({ type: 'app.http-server', target, params: { scope: 'process', effect } });
    const began = performance.now();
    expect(await ask(server.port)).toMatchObject({ status: 200 });
    expect(performance.now() - began).toBeGreaterThan(55);
  });

  it('serves what waits when it ends', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'delay', delay: '1h' } as const;
    const fault = await live.inject({ type: 'app.http-server', target, params: { scope: 'process', effect } });
    const arrived = new Promise((resolve) => subscribe('http.server.request.start', resolve));
    const answered = once(get({ host: '127.0.0.1', port: server.port, agent: false }), 'response');
    await arrived;
    await fault.revert();
    expect((await answered)[0].statusCode).toBe(200);
  });

  it('resets in place of an answer', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'reset' } as const;
    const match = { port: server.port };
    await using _fault = await live.inject({
      type: 'app.http-server',
      target,
      params: { scope: 'process', match, effect },
    });
    await expect(ask(server.port)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(server.served).toBe(0);
  });

  it('changes fields of JSON answers, and passes others at once', async () => {
    await using live = await liveEngine();
    await using server = await localServer((request, response) => {
      if (request.url === '/text') response.end('{"user":{"email":"plain"}}');
      else if (request.url === '/stream')
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      else json(response, { user: { name: 'Ada', email: 'a@b' }, items: [{ price: 1 }, { price: 2 }], 'a/b': 1 });
    });
    const changes = [
      { drop: '/user/email' },
      { set: '/items/*/price', to: 'free' },
      { rename: '/user/name', to: 'fullName' },
      { drop: '/a~1b' },
      { drop: '/not/there' },
    ];
    const effect = { kind: 'response-patch', changes } as const;
    await using _fault = await live.inject({ type: 'app.http-server', target, params: { scope: 'process', effect } });
    const { body, headers } = await ask(server.port);
    expect(JSON.parse(body)).toEqual({ user: { fullName: 'Ada' }, items: [{ price: 'free' }, { price: 'free' }] });
    expect(headers['content-length']).toBe(String(body.length));
    expect((await ask(server.port, '/text')).body).toBe('{"user":{"email":"plain"}}');
    const [stream] = await once(
      get({ host: '127.0.0.1', port: server.port, path: '/stream', agent: false }),
      'response',
    );
    const [first] = await once(stream, 'data');
    expect(String(first)).toBe('data: 1\n\n');
    stream.destroy();
  });

  it('spares what another fault has held until after its end', async () => {
    await using live = await liveEngine();
    await using server = await localServer();
    const effect = { kind: 'status', status: 503 } as const;
    const delay = { kind: 'delay', delay: '1h' } as const;
    const params = { scope: 'process', effect } as const;
    const first = await live.inject({ type: 'app.http-server', target, params });
    const second = await live.inject({ type: 'app.http-server', target, params: { scope: 'process', effect: delay } });
    const arrived = new Promise((resolve) => subscribe('http.server.request.start', resolve));
    const answered = ask(server.port);
    await arrived;
    await first.revert();
    await second.revert();
    expect(await answered).toMatchObject({ status: 200 });
  });

  it('leaves alone a JSON answer that comes after the end, and sends what it kept of one', async () => {
    await using live = await liveEngine();
    const open: ServerResponse[] = [];
    const begun = Promise.withResolvers<void>();
    await using server = await localServer((request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' });
      if (request.url === '/begun') response.write('{"user":');
      if (open.push(response) === 2) begun.resolve();
    });
    const effect = { kind: 'response-patch', changes: [{ drop: '/user' }] } as const;
    const fault = await live.inject({ type: 'app.http-server', target, params: { scope: 'process', effect } });
    const untouched = ask(server.port);
    const kept = once(get({ host: '127.0.0.1', port: server.port, path: '/begun', agent: false }), 'response');
    await begun.promise;
    await fault.revert();
    const [response] = await kept;
    const [first] = await once(response, 'data');
    expect([String(first), response.headers.etag]).toEqual(['{"user":', '"1"']);
    for (const answer of open) answer.end(answer.headersSent ? '1}' : '{"user":1}');
    expect((await response.toArray()).join('')).toBe('1}');
    expect(await untouched).toMatchObject({ body: '{"user":1}', headers: { etag: '"1"' } });
  });

  it('keeps what a newer fault has kept of the same answer', async () => {
    await using live = await liveEngine();
    const begun = Promise.withResolvers<ServerResponse>();
    await using server = await localServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      response.write('{"user":1,');
      begun.resolve(response);
    });
    const dropping = (drop: string) =>
      ({ scope: 'process', effect: { kind: 'response-patch', changes: [{ drop }] } }) as const;
    const older = await live.inject({ type: 'app.http-server', target, params: dropping('/id') });
    await using _newer = await live.inject({ type: 'app.http-server', target, params: dropping('/user') });
    const answered = ask(server.port);
    const response = await begun.promise;
    await older.revert();
    response.end('"id":2}');
    expect(await answered).toMatchObject({ body: '{"id":2}' });
  });

  it('hits only requests with a signed mark, on shared connections, and the mark goes on into the handler', async () => {
    using _accepting = acceptMarks({ key });
    await using live = await liveEngine();
    const marks: (string | undefined)[] = [];
    await using server = await localServer(async (_request, response) => {
      await new Promise((resolve) => setImmediate(resolve));
      marks.push(currentMark());
      response.end();
    });
    const effect = { kind: 'status', status: 503 } as const;
    await using _fault = await live.inject({
      type: 'app.http-server',
      target,
      params: { scope: { marked: 'drill' }, effect },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 5 });
    const mark = signMark('drill', { key });
    const headers = [
      { 'x-chaos-mark': mark },
      {},
      { 'x-chaos-mark': signMark('other', { key }) },
      { 'x-chaos-mark': signMark('drill', { key: 'another key, as long as that' }) },
      { 'x-chaos-mark': mark.replace('drill', 'Drill') },
      { 'x-chaos-mark': signMark('drill', { key, expiresIn: 0 }).replace(/;\d+;/, ';1;') },
    ];
    const calls = Array.from({ length: 180 }, (_, n) =>
      ask(server.port, '/', { agent, headers: headers[n % 6] ?? {} }),
    );
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status, n) => (status === 503) !== (n % 6 === 0))).toEqual([]);
    expect(new Set(marks)).toEqual(new Set([undefined, 'other']));
    agent.destroy();
  });

  it('is refused for marked requests where no header is accepted', async () => {
    await using live = await liveEngine();
    const effect = { kind: 'reset' } as const;
    const injecting = live.inject({ type: 'app.http-server', target, params: { scope: 'marked', effect } });
    await expect(injecting).rejects.toThrow('Call acceptMarks({ key }) when the process starts');
  });

  it('leaves the server as it was', async () => {
    await using live = await liveEngine();
    const server = createServer((_request, response) => void response.end());
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const own = [Object.getOwnPropertyNames(server), server.emit, server.listeners('request')];
    const effect = { kind: 'delay', delay: '1ms' } as const;
    const fault = await live.inject({ type: 'app.http-server', target, params: { scope: 'process', effect } });
    const address = server.address();
    await ask(typeof address === 'object' ? (address?.port ?? 0) : 0);
    await fault.revert();
    expect([Object.getOwnPropertyNames(server), server.emit, server.listeners('request')]).toEqual(own);
    server.close();
  });
});

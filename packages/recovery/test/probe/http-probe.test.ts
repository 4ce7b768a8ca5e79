import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isChaosError } from '@bridge/chaos-core';
import { http } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { CERTIFICATE, httpService, httpsService } from './http-service.ts';
import { issuesOf, openProbe, patient } from './open-probe.ts';

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

describe('http probe: status', () => {
  it('is healthy on any 2xx and gives the status as value', async () => {
    await using service = await httpService((_request, response) => response.writeHead(204).end());
    await using probe = await openProbe(http, { url: service.url });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 204 });
  });

  it('is degraded on another status and says both', async () => {
    await using service = await httpService((_request, response) => response.writeHead(503).end('no'));
    await using probe = await openProbe(http, { url: service.url });
    const detail = 'expected status 2xx, got 503';
    expect(await probe.check(patient())).toEqual({ health: 'degraded', value: 503, detail });
  });

  it.each([
    [404, 404],
    ['200-404', 404],
    ['4xx', 404],
    [[200, '4xx'], 404],
  ] as const)('accepts %j for 404', async (status, code) => {
    await using service = await httpService((_request, response) => response.writeHead(code).end());
    await using probe = await openProbe(http, { url: service.url, expect: { status: [status].flat() } });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy', value: code });
  });
});

describe('http probe: request', () => {
  it('sends method, headers and a JSON body', async () => {
    await using service = await httpService(async (request, response) => {
      const { method, headers } = request;
      response.end(JSON.stringify([method, headers['x-tenant'], headers['content-type'], await textOf(request)]));
    });
    await using probe = await openProbe(http, {
      url: service.url,
      method: 'put',
      headers: { 'X-Tenant': 'a' },
      body: { order: 1 },
      expect: { body: { path: '$', equals: ['PUT', 'a', 'application/json', '{"order":1}'] } },
    });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 200 });
  });

  it('reuses its connection, or opens a new one each time when told so', async () => {
    await using service = await httpService((_request, response) => response.end());
    let connections = 0;
    service.server.on('connection', () => {
      connections += 1;
    });
    await using kept = await openProbe(http, { url: service.url });
    for (let check = 0; check < 3; check += 1) await kept.check(patient());
    expect(connections).toBe(1);
    await using fresh = await openProbe(http, { url: service.url, keepAlive: false });
    for (let check = 0; check < 3; check += 1) await fresh.check(patient());
    expect(connections).toBe(4);
  });

  it('closes its connections with the probe', async () => {
    await using service = await httpService((_request, response) => response.end());
    const connection = once(service.server, 'connection');
    const probe = await openProbe(http, { url: service.url });
    await probe.check(patient());
    const [socket] = await connection;
    const closed = once(socket, 'close');
    await probe.close();
    await closed;
  });

  it('tells neither the value of a header that is a secret nor a part of a word that is too long', async () => {
    const words = `status: starting, ${'x'.repeat(60)} ${'s'.repeat(100)}`;
    await using service = await httpService((_request, response) =>
      response.writeHead(200, { 'set-cookie': 'session=9f8e7d6c' }).end(words),
    );
    await using cookie = await openProbe(http, {
      url: service.url,
      expect: { headers: { 'set-cookie': { contains: 'theme=' } } },
    });
    expect(await cookie.check(patient())).toMatchObject({ detail: 'header set-cookie: not as expected' });
    await using body = await openProbe(http, { url: service.url, expect: { body: { contains: 'ok' } } });
    const { detail } = await body.check(patient());
    expect(detail).toContain(`starting, ${'x'.repeat(60)} …`);
    expect(detail).not.toContain('ss');
  });

  it('speaks through a Unix socket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chaos-http-'));
    const socketPath = join(folder, 'service.sock');
    const server = createHttpServer((request, response) => response.end(request.url));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    await using probe = await openProbe(http, {
      url: 'http://localhost/live',
      socketPath,
      expect: { body: { equals: '/live' } },
    });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
});

describe('http probe: redirects', () => {
  it('judges the redirect itself by default', async () => {
    await using service = await httpService((_request, response) => response.writeHead(302, { location: '/b' }).end());
    await using probe = await openProbe(http, { url: service.url });
    expect(await probe.check(patient())).toMatchObject({ health: 'degraded', value: 302 });
  });

  it('follows as many as it was told, and judges what it then gets', async () => {
    await using service = await httpService((request, response) => {
      const step = Number(request.url?.slice(1));
      if (step < 2) response.writeHead(307, { location: `/${step + 1}` });
      response.end();
    });
    await using enough = await openProbe(http, { url: `${service.url}/0`, redirects: 2 });
    expect(await enough.check(patient())).toMatchObject({ health: 'healthy', value: 200 });
    await using tooFew = await openProbe(http, { url: `${service.url}/0`, redirects: 1 });
    expect(await tooFew.check(patient())).toMatchObject({ health: 'degraded', value: 307 });
  });

  it('does not carry credentials to another origin', async () => {
    await using other = await httpService((request, response) => response.end(request.headers.authorization ?? 'none'));
    await using service = await httpService((_request, response) =>
      response.writeHead(302, { location: other.url }).end(),
    );
    await using probe = await openProbe(http, {
      url: service.url,
      headers: { Authorization: 'Bearer token' },
      redirects: 1,
      expect: { body: { equals: 'none' } },
    });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
  });
});

describe('http probe: body and headers', () => {
  const document = {
    status: 'up',
    checks: [
      { name: 'db', ms: 4 },
      { name: 'queue', ms: 40 },
    ],
  };
  const cases = [
    [{ contains: '"up"' }, undefined],
    [{ matches: '^\\{"status"' }, undefined],
    [{ equals: 'up' }, /^body: expected "up", got "\{/],
    [{ path: '$.status', equals: 'up' }, undefined],
    [{ path: '$.status', matches: '^do' }, /^expected \$\.status to match \/\^do\/, got "up"$/],
    [{ path: '$.checks[*].ms', below: 50 }, undefined],
    [{ path: '$.checks[*].ms', below: 10 }, /^expected \$\.checks\[\*\]\.ms below 10, got 40$/],
    [{ path: '$..ms', above: 1 }, undefined],
    [{ path: '$.missing', equals: 1 }, /^\$\.missing selects nothing$/],
    [{ path: '$.missing', exists: false }, undefined],
    [{ schema: { type: 'object', required: ['status'], properties: { status: { const: 'up' } } } }, undefined],
    [
      { schema: { properties: { status: { type: 'number' } } } },
      /^body does not fit the schema at \/status: expected number, got "up"$/,
    ],
    [[{ contains: 'up' }, { path: '$.status', equals: 'down' }], /^expected \$\.status to equal "down", got "up"$/],
  ] as const;

  it.each(cases)('body check %j', async (body, complaint) => {
    await using service = await httpService((_request, response) => response.end(JSON.stringify(document)));
    const checks = [body].flat().map((check) => structuredClone(check));
    await using probe = await openProbe(http, { url: service.url, expect: { body: checks } });
    const { health, detail } = await probe.check(patient());
    if (complaint === undefined) expect({ health, detail }).toEqual({ health: 'healthy' });
    else expect(detail).toMatch(complaint);
  });

  it('is degraded when JSON was expected and something else came', async () => {
    await using service = await httpService((_request, response) => response.end('<html>'));
    await using probe = await openProbe(http, { url: service.url, expect: { body: { path: '$.a', exists: true } } });
    expect(await probe.check(patient())).toMatchObject({ detail: 'expected a JSON body, got "<html>"' });
  });

  it('does not judge a body that is larger than it looks at', async () => {
    await using service = await httpService((_request, response) => response.end('x'.repeat(2 ** 20 + 1)));
    await using probe = await openProbe(http, { url: service.url, expect: { body: { contains: 'x' } } });
    expect(await probe.check(patient())).toMatchObject({ detail: 'expected a body of at most 1048576 bytes' });
    await using unjudged = await openProbe(http, { url: service.url });
    expect(await unjudged.check(patient())).toMatchObject({ health: 'healthy' });
  });

  it('checks headers whatever their case', async () => {
    await using service = await httpService((_request, response) =>
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(),
    );
    const probing = async (headers: Record<string, { contains: string }>): Promise<string | undefined> => {
      await using probe = await openProbe(http, { url: service.url, expect: { headers } });
      return (await probe.check(patient())).detail;
    };
    expect(await probing({ 'CONTENT-TYPE': { contains: 'text' } })).toBeUndefined();
    expect(await probing({ 'content-type': { contains: 'json' } })).toMatch(/^header content-type: expected text/);
    expect(await probing({ 'x-version': { contains: '1' } })).toBe('expected a header x-version, got none');
  });
});

describe('http probe: no answer', () => {
  it('is degraded when the connection is refused', async () => {
    const service = await httpService(() => {});
    await service[Symbol.asyncDispose]();
    await using probe = await openProbe(http, { url: service.url });
    expect(await probe.check(patient())).toMatchObject({
      health: 'degraded',
      detail: `connect ECONNREFUSED 127.0.0.1:${service.port}`,
    });
  });

  it('is degraded when the server resets the connection, and does not try again', async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections += 1;
      socket.on('data', () => socket.resetAndDestroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await using probe = await openProbe(http, { url: `http://127.0.0.1:${port}` });
    expect(await probe.check(patient())).toMatchObject({
      health: 'degraded',
      detail: expect.stringMatching(/ECONNRESET/),
    });
    expect(connections).toBe(1);
    await new Promise((resolve) => server.close(resolve));
  });

  it('ends at once when aborted, also in the middle of a body', async () => {
    const controller = new AbortController();
    await using service = await httpService((_request, response) => {
      response.write('half');
      controller.abort();
    });
    await using probe = await openProbe(http, { url: service.url });
    const detail = 'no answer before the time-out';
    expect(await probe.check(controller.signal)).toEqual({ health: 'degraded', detail });
  });

  it('keeps checks at the same time apart', async () => {
    const waiting: (() => void)[] = [];
    await using service = await httpService((request, response) => {
      waiting.push(() => response.writeHead(request.headers['x-n'] === undefined ? 200 : 500).end());
      if (waiting.length === 5) for (const answer of waiting.toReversed()) answer();
    });
    await using probe = await openProbe(http, { url: service.url });
    const results = await Promise.all(Array.from({ length: 5 }, () => probe.check(patient())));
    expect(results.map(({ health }) => health)).toEqual(Array(5).fill('healthy'));
  });
});

describe('http probe: TLS', () => {
  const answering = () => httpsService((_request, response) => response.end('ok'));

  it('is degraded by a certificate nobody vouches for', async () => {
    await using service = await answering();
    await using probe = await openProbe(http, { url: service.url });
    expect(await probe.check(patient())).toMatchObject({
      health: 'degraded',
      detail: expect.stringMatching(/self-signed/),
    });
  });

  it('trusts the given authority, as a path or as text, and verifies the given name', async () => {
    await using service = await answering();
    for (const ca of [CERTIFICATE, readFileSync(CERTIFICATE, 'utf8')]) {
      await using probe = await openProbe(http, { url: service.url, tls: { ca, servername: 'service.test' } });
      expect(await probe.check(patient())).toEqual({ health: 'healthy', value: 200 });
    }
    await using wrong = await openProbe(http, { url: service.url, tls: { ca: CERTIFICATE } });
    expect((await wrong.check(patient())).detail).toMatch(/does not match certificate's altnames/);
  });

  it('accepts anything when told to', async () => {
    await using service = await answering();
    await using probe = await openProbe(http, { url: service.url, tls: { insecure: true } });
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
  });

  it('cannot be opened with a certificate file that does not exist', async () => {
    const opened = openProbe(http, { url: 'https://127.0.0.1', tls: { ca: '/nowhere/ca.pem' } });
    const error: unknown = await opened.catch((thrown: unknown) => thrown);
    expect(isChaosError(error, 'CHAOS_PROBE_INVALID')).toBe(true);
    expect(String(error)).toContain('expected tls.ca to be PEM text or the path of a readable PEM file');
  });
});

describe('http probe: options', () => {
  const url = 'http://127.0.0.1/';
  it.each([
    [{}, /^url: /],
    [{ url: 'ftp://host' }, /^url: expected an http:\/\/ or https:\/\/ URL/],
    [{ url, method: 'GE T' }, /^method: expected an HTTP method/],
    [{ url, expect: { status: 99 } }, /^expect\.status/],
    [{ url, expect: { status: '6xx' } }, /^expect\.status: expected a class such as "2xx"/],
    [{ url, expect: { status: '300-200' } }, /^expect\.status: expected a class such as "2xx"/],
    [{ url, expect: { body: { matches: '(' } } }, /^expect\.body\.matches: expected a valid regular expression/],
    [{ url, expect: { body: { path: 'a', equals: 1 } } }, /^expect\.body\.path: expected "\$" at position 0/],
    [{ url, expect: { body: { path: '$[?(@.a)]', equals: 1 } } }, /filters are not supported/],
    [{ url, expect: { body: { path: '$.a' } } }, /^expect\.body: expected \{ equals \}/],
    [{ url, expect: { body: { schema: { type: 'nonsense' } } } }, /^expect\.body\.schema: .*expected a JSON Schema/],
    [{ url, headers: { 'a b': 'x' } }, /^headers\.a b: expected a header name/],
    [{ url, redirects: 11 }, /^redirects: /],
    [{ url, tls: { cacert: 'x' } }, /^tls: .*cacert/],
    [{ url, timeoutt: 1 }, /timeoutt/],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(http, options).join('\n')).toMatch(complaint);
  });

  it('writes a spec that survives JSON', () => {
    const spec = http({ name: 'checkout', url, every: '50ms' });
    expect(JSON.parse(JSON.stringify(spec))).toEqual({ name: 'checkout', type: 'http', url, every: '50ms' });
  });
});

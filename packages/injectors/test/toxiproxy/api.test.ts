import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { echo, type Upstream } from '../proxy/upstream.ts';
import { Api } from './api.ts';

let api: Api;
let upstream: Upstream;

beforeAll(async () => {
  upstream = await echo();
  api = await Api.start();
});

afterAll(async () => {
  await api.server.close();
  await upstream[Symbol.asyncDispose]();
});

beforeEach(async () => {
  const names = Object.keys(JSON.parse((await api.ask('GET', '/proxies')).text));
  for (const name of names) await api.ask('DELETE', `/proxies/${encodeURIComponent(name)}`);
  await api.proxy('db', upstream.port);
});

const error = (message: string, status: number) => ({ error: message, status });

it('answers as JSON, with a request id; the version by its own type', async () => {
  const { status, type, answer } = await api.ask('GET', '/proxies/db');
  expect([status, type]).toEqual([200, 'application/json']);
  expect(answer.headers.get('x-toxiproxy-request-id')).toBeTruthy();
  expect((await api.ask('GET', '/version')).type).toBe('application/json;charset=utf-8');
});

it.each([
  ['POST', '/proxies', { upstream: 'a:1' }, 400, 'missing required field: name'],
  ['POST', '/proxies', { name: 'x' }, 400, 'missing required field: upstream'],
  ['POST', '/proxies', { name: 'db', upstream: 'a:1' }, 409, 'proxy already exists'],
  ['POST', '/proxies', { name: 'x', upstream: 'nowhere' }, 400, 'bad request body: upstream: expected "host:port"'],
  ['POST', '/proxies', { name: 'x', upstream: 'a:1', listen: 'h:99999' }, 400, 'bad request body: listen'],
  ['POST', '/proxies', '{', 400, 'bad request body: '],
  ['POST', '/proxies', '', 400, 'bad request body: EOF'],
  ['POST', '/proxies', '[]', 400, 'bad request body: '],
  ['GET', '/proxies/none', undefined, 404, 'proxy not found'],
  ['PATCH', '/proxies/none', {}, 404, 'proxy not found'],
  ['PATCH', '/proxies/db', { enabled: 'yes' }, 400, 'bad request body: '],
  ['DELETE', '/proxies/none', undefined, 404, 'proxy not found'],
  ['GET', '/proxies/none/toxics', undefined, 404, 'proxy not found'],
  ['GET', '/proxies/db/toxics/none', undefined, 404, 'toxic not found'],
  ['PATCH', '/proxies/db/toxics/none', {}, 404, 'toxic not found'],
  ['DELETE', '/proxies/db/toxics/none', undefined, 404, 'toxic not found'],
  ['POST', '/proxies/db/toxics', { type: 'gremlin' }, 400, 'invalid toxic type'],
  ['POST', '/proxies/db/toxics', {}, 400, 'invalid toxic type'],
  ['POST', '/proxies/db/toxics', { type: 'latency', stream: 'sideways' }, 400, 'stream was invalid, can be either'],
])('%s %s %j fails with %i %s', async (method, path, body, status, message) => {
  const answer = await api.ask(method, path, body);
  expect([answer.status, answer.type]).toEqual([status, 'text/plain; charset=utf-8']);
  expect(JSON.parse(answer.text)).toEqual(error(expect.stringContaining(message), status));
  expect(answer.text.endsWith('\n')).toBe(true);
});

describe('what kills or confuses the peer is refused', () => {
  it.each([
    ['slicer', {}],
    ['slicer', { average_size: 10, size_variation: 20 }],
    ['bandwidth', { rate: -1 }],
    ['latency', { latency: 1.5 }],
    ['latency', { latency: '10' }],
    ['latency', { jitter: 2 ** 60 }],
    ['limit_data', { bytes: -5 }],
  ])('%s %j', async (type, attributes) => {
    const answer = await api.ask('POST', '/proxies/db/toxics', { type, attributes });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('bad request body: ');
    expect((await api.ask('GET', '/proxies/db/toxics')).text).toBe('[]');
  });

  it.each([-0.1, 7])('toxicity %d', async (toxicity) => {
    expect((await api.ask('POST', '/proxies/db/toxics', { type: 'noop', toxicity })).status).toBe(400);
  });
});

it('fills in what a toxic is not given; names are unique over both streams; upstream ones are listed first', async () => {
  const { text, status } = await api.ask('POST', '/proxies/db/toxics', { type: 'latency' });
  const latency = { attributes: { latency: 0, jitter: 0 }, name: 'latency_downstream', type: 'latency' };
  expect([status, JSON.parse(text)]).toEqual([200, { ...latency, stream: 'downstream', toxicity: 1 }]);
  const twin = { type: 'noop', name: 'latency_downstream', stream: 'upstream' };
  expect((await api.ask('POST', '/proxies/db/toxics', twin)).status).toBe(409);
  await api.toxic('db', 'noop', {}, { stream: 'UPSTREAM' });
  const listed = JSON.parse((await api.ask('GET', '/proxies/db')).text).toxics;
  expect(listed.map(({ name }: { name: string }) => name)).toEqual(['noop_UPSTREAM', 'latency_downstream']);
});

it('a change merges attributes and ignores what cannot change', async () => {
  await api.toxic('db', 'latency', { latency: 5, jitter: 1 }, { name: 'slow' });
  const change = { name: 'other', type: 'timeout', stream: 'upstream', attributes: { jitter: 2 } };
  const { text } = await api.ask('PATCH', '/proxies/db/toxics/slow', change);
  expect(JSON.parse(text)).toEqual({
    attributes: { latency: 5, jitter: 2 },
    name: 'slow',
    type: 'latency',
    stream: 'downstream',
    toxicity: 1,
  });
  expect((await api.ask('PATCH', '/proxies/db/toxics/slow', { attributes: { jitter: -2 } })).status).toBe(400);
  expect(JSON.parse((await api.ask('GET', '/proxies/db/toxics/slow')).text).attributes.jitter).toBe(2);
});

it('populate checks everything first, and says which stand when one cannot', async () => {
  const unnamed = await api.ask('POST', '/populate', [{ name: 'ok', upstream: 'a:1' }, { upstream: 'a:1' }]);
  expect(unnamed.status).toBe(400);
  expect(unnamed.text).toContain('missing required field: name at proxy 2');
  expect((await api.ask('GET', '/proxies/ok')).status).toBe(404);
  const taken = { name: 'taken', upstream: 'a:1', listen: `127.0.0.1:${upstream.port}` };
  const half = await api.ask('POST', '/populate', [{ name: 'ok', upstream: 'a:1' }, taken]);
  expect([half.status, half.type]).toEqual([500, 'application/json']);
  const body = JSON.parse(half.text);
  expect(body).toMatchObject({ status: 500, error: expect.stringContaining('bind: address already in use') });
  expect(body.proxies.map(({ name }: { name: string }) => name)).toEqual(['ok']);
});

it('populate takes a proxy as it is now, and honours a changed "enabled"', async () => {
  const [first] = JSON.parse((await api.ask('POST', '/populate', [{ name: 'p', upstream: 'a:1' }])).text).proxies;
  const again = [{ name: 'p', upstream: 'a:1', listen: first.listen, enabled: false, toxics: null }];
  const [second] = JSON.parse((await api.ask('POST', '/populate', again)).text).proxies;
  expect(second).toEqual({ ...first, enabled: false });
});

it('refuses browsers, also when a script chose another User-Agent', async () => {
  const refusals = await Promise.all([
    api.ask('GET', '/proxies', undefined, { 'user-agent': 'Mozilla/5.0 (X11)' }),
    api.ask('POST', '/reset', undefined, { 'user-agent': 'curl', origin: 'http://evil.example' }),
    api.ask('GET', '/proxies', undefined, { 'sec-fetch-site': 'same-origin' }),
  ]);
  for (const { status, text } of refusals) expect([status, text]).toEqual([403, 'User agent not allowed\n']);
});

it('knows no other paths and methods', async () => {
  const unknown = await api.ask('GET', '/nothing');
  expect([unknown.status, unknown.text]).toEqual([404, '404 page not found\n']);
  const wrong = await api.ask('PUT', '/proxies');
  expect([wrong.status, wrong.text]).toEqual([405, '']);
});

it('takes names that must be written with percent signs in a path', async () => {
  await api.proxy('a/b c', upstream.port);
  expect((await api.ask('GET', `/proxies/${encodeURIComponent('a/b c')}`)).status).toBe(200);
});

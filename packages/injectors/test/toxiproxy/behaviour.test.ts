import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Client, connectOutcome } from '../proxy/client.ts';
import { echo, upstream } from '../proxy/upstream.ts';
import { Api } from './api.ts';

/** An address of TEST-NET-1 (RFC 5737): nothing answers there, not even with a refusal. */
const NOWHERE = '192.0.2.1:9';

describe('each toxic does what its type says', () => {
  it('latency delays by at least so much, and lets go at once when it is removed', async () => {
    await using server = await echo();
    await using api = await Api.start();
    using client = await Client.connect(await api.proxy('db', server.port));
    await client.ping();
    await api.toxic('db', 'latency', { latency: 60 });
    const from = performance.now();
    await client.ping();
    expect(performance.now() - from).toBeGreaterThanOrEqual(59);
    await api.ask('PATCH', '/proxies/db/toxics/latency_downstream', { attributes: { latency: 600_000 } });
    client.socket.write('held');
    await api.ask('DELETE', '/proxies/db/toxics/latency_downstream');
    expect((await client.until(12)).toString()).toBe('pingpingheld');
  });

  it('bandwidth 0 holds everything until it is removed', async () => {
    await using server = await echo();
    await using api = await Api.start();
    const port = await api.proxy('db', server.port);
    await api.toxic('db', 'bandwidth', { rate: 0 });
    using client = await Client.connect(port);
    client.socket.write('held');
    await api.ask('PATCH', '/proxies/db/toxics/bandwidth_downstream', { attributes: { rate: 1_000 } });
    expect((await client.until(4)).toString()).toBe('held');
  });

  it('timeout loses data, and closes its connections when it is removed', async () => {
    await using server = await echo();
    await using api = await Api.start();
    using client = await Client.connect(await api.proxy('db', server.port));
    await client.ping();
    await api.toxic('db', 'timeout', { timeout: 0 }, { stream: 'upstream' });
    const ended = once(client.socket, 'end');
    client.socket.write('lost');
    await api.ask('DELETE', '/proxies/db/toxics/timeout_upstream');
    await ended;
    expect(client.received.toString()).toBe('ping');
  });

  it('timeout closes after its time, however much is sent meanwhile', async () => {
    await using server = await echo();
    await using api = await Api.start();
    using client = await Client.connect(await api.proxy('db', server.port));
    await client.ping();
    // Sending to a closed connection may turn its end into a reset.
    const ended = new Promise((done) => client.socket.once('end', done).once('close', done));
    await api.toxic('db', 'timeout', { timeout: 50 });
    const sending = setInterval(() => client.socket.write('more'), 5);
    await ended;
    clearInterval(sending);
    expect(client.received.toString()).toBe('ping');
  });

  it('slow_close passes data and delays the end', async () => {
    await using server = await upstream((socket) => void socket.end('bye'));
    await using api = await Api.start();
    const port = await api.proxy('db', server.port);
    await api.toxic('db', 'slow_close', { delay: 100 });
    using client = await Client.connect(port);
    const ended = once(client.socket, 'end');
    await client.until(3);
    const from = performance.now();
    await ended;
    expect(performance.now() - from).toBeGreaterThan(50);
  });

  it('limit_data passes exactly so many bytes, then closes without waiting for one more', async () => {
    await using server = await echo();
    await using api = await Api.start();
    const port = await api.proxy('db', server.port);
    await api.toxic('db', 'limit_data', { bytes: 10 });
    using client = await Client.connect(port);
    client.socket.write('123456');
    await client.until(6);
    // What has passed still counts.
    await api.ask('PATCH', '/proxies/db/toxics/limit_data_downstream', { attributes: { bytes: 8 } });
    const ended = once(client.socket, 'end');
    client.socket.write('78');
    await ended;
    expect(client.received.toString()).toBe('12345678');
  });

  it('slicer cuts without losing a byte, with no delay too', async () => {
    await using server = await echo();
    await using api = await Api.start();
    const port = await api.proxy('db', server.port);
    await api.toxic('db', 'slicer', { average_size: 7, size_variation: 3, delay: 0 });
    using client = await Client.connect(port);
    const sent = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 251));
    client.socket.write(sent);
    expect((await client.until(sent.length)).equals(sent)).toBe(true);
  });

  it('reset_peer resets idle live connections, with a true RST', async () => {
    await using server = await echo();
    await using api = await Api.start();
    using client = await Client.connect(await api.proxy('db', server.port));
    await client.ping();
    await api.toxic('db', 'reset_peer', { timeout: 0 });
    expect(await client.closed).toBe('ECONNRESET');
  });

  it('reset_peer with toxicity 0 resets nobody', async () => {
    await using server = await echo();
    await using api = await Api.start();
    const port = await api.proxy('db', server.port);
    await api.toxic('db', 'reset_peer', { timeout: 0 }, { toxicity: 0 });
    using client = await Client.connect(port);
    expect(await client.ping()).toBe('ping');
    client.socket.end();
    expect(await client.closed).toBeUndefined();
  });
});

it('a dead upstream blocks nothing: neither the API nor other connections', async () => {
  await using server = await echo();
  await using api = await Api.start();
  const dead = await api.proxy('dead', 1, { upstream: NOWHERE });
  const waiting = await Promise.all(Array.from({ length: 5 }, () => Client.connect(dead)));
  const port = await api.proxy('db', server.port);
  using client = await Client.connect(port);
  expect(await client.ping()).toBe('ping');
  expect((await api.ask('PATCH', '/proxies/dead', { enabled: false })).status).toBe(200);
  expect((await api.ask('DELETE', '/proxies/dead')).status).toBe(204);
  expect(await connectOutcome(dead)).toBe('ECONNREFUSED');
  for (const held of waiting) held[Symbol.dispose]();
});

it('a client that has finished sending still receives the answer', async () => {
  await using server = await upstream((socket) => {
    socket.resume().on('end', () => socket.end('reply'));
  });
  await using api = await Api.start();
  using client = await Client.connect(await api.proxy('db', server.port));
  client.socket.end('question');
  expect((await client.until(5)).toString()).toBe('reply');
});

it('toxics given with the proxy stand before its first connection', async () => {
  await using server = await echo();
  await using api = await Api.start();
  const port = await api.proxy('db', server.port, { toxics: [{ type: 'reset_peer', attributes: { timeout: 0 } }] });
  using client = await Client.connect(port);
  expect(await client.closed).toBe('ECONNRESET');
});

it('several toxics are set in one turn: what the former held does not slip past the latter', async () => {
  await using server = await echo();
  await using api = await Api.start();
  const port = await api.proxy('db', server.port);
  await api.toxic('db', 'bandwidth', { rate: 0 });
  using client = await Client.connect(port);
  client.socket.write('secret');
  await once(await server.socket(0), 'data');
  await settle(api);
  const { status, text } = await api.ask('PUT', '/proxies/db/toxics', [
    { type: 'timeout', attributes: { timeout: 0 } },
    { type: 'latency', stream: 'upstream', attributes: { latency: 1 } },
  ]);
  expect(status).toBe(200);
  expect(JSON.parse(text).map(({ name }: { name: string }) => name)).toEqual([
    'latency_upstream',
    'timeout_downstream',
  ]);
  const ended = once(client.socket, 'end');
  expect((await api.ask('PUT', '/proxies/db/toxics', [])).text).toBe('[]');
  await ended;
  expect(client.received.length).toBe(0);
});

it('a set of which one is wrong changes nothing', async () => {
  await using server = await echo();
  await using api = await Api.start();
  await api.proxy('db', server.port);
  await api.toxic('db', 'latency', { latency: 1 });
  const before = (await api.ask('GET', '/proxies/db/toxics')).text;
  expect((await api.ask('PUT', '/proxies/db/toxics', [{ type: 'noop' }, { type: 'slicer' }])).status).toBe(400);
  expect((await api.ask('PUT', '/proxies/db/toxics', [{ type: 'noop' }, { type: 'noop' }])).status).toBe(409);
  expect((await api.ask('GET', '/proxies/db/toxics')).text).toBe(before);
});

/** Which of so many connections a toxic of toxicity 0.5 resets. */
async function hits(seed: string): Promise<string> {
  await using server = await echo();
  await using api = await Api.start({ seed });
  const port = await api.proxy('db', server.port);
  await api.toxic('db', 'reset_peer', { timeout: 0 }, { toxicity: 0.5 });
  let hit = '';
  for (let index = 0; index < 30; index += 1) {
    using client = await Client.connect(port);
    hit += await Promise.race([client.ping().then(() => '.'), client.closed.then(() => 'x')]).catch(() => 'x');
  }
  return hit;
}

it('the seed decides which connections a toxic hits', async () => {
  const hit = await hits('one');
  expect(hit).toMatch(/x.*\.|\..*x/);
  expect(await hits('one')).toBe(hit);
  expect(await hits('two')).not.toBe(hit);
});

it('a change of attributes rolls no dice again; more toxicity only adds connections', async () => {
  await using server = await echo();
  await using api = await Api.start({ seed: 'stable' });
  const port = await api.proxy('db', server.port);
  await api.toxic('db', 'timeout', { timeout: 0 }, { toxicity: 0.5, name: 'hole' });
  const clients = await Promise.all(Array.from({ length: 20 }, () => Client.connect(port)));
  const change = (body: object) => api.ask('PATCH', '/proxies/db/toxics/hole', body);
  const answered = async (): Promise<string> => {
    const before = clients.map((client) => client.received.length);
    for (const client of clients) client.socket.write('x');
    await settle(api);
    return clients.map((client, index) => (client.received.length > (before[index] ?? 0) ? 'o' : '.')).join('');
  };
  const drawn = await answered();
  expect(drawn).toMatch(/o.*\.|\..*o/);
  await change({ attributes: { timeout: 600_000 } });
  await change({ attributes: { timeout: 0 } });
  expect(await answered()).toBe(drawn);
  await change({ toxicity: 1 });
  expect(await answered()).toBe('.'.repeat(20));
  await change({ toxicity: 0.5 });
  for (const client of clients) client[Symbol.dispose]();
});

/** Everything here runs in one event loop: after many turns of it, what was sent over loopback has come. */
async function settle(api: Api): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await api.ask('GET', '/version');
}

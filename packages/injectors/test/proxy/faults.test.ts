import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultProxy, proxy } from '../../src/proxy/plugin.ts';
import { Client, connectOutcome } from './client.ts';
import { inject, type ProxyFaultType } from './inject.ts';
import { echo, type Upstream, upstream } from './upstream.ts';

const NAME = 'faults';
let server: Upstream;
let db: FaultProxy;

beforeAll(async () => {
  server = await echo();
  db = await proxy({ name: NAME, upstream: server.port });
});

afterAll(async () => {
  await db.close();
  await server[Symbol.asyncDispose]();
});

const EVERY: readonly [ProxyFaultType, object][] = [
  ['proxy.latency', { delay: '40ms' }],
  ['proxy.latency', { delay: '40ms', jitter: '40ms', direction: 'upstream' }],
  ['proxy.latency', { delay: '2ms' }],
  ['proxy.latency', { delay: '10 minutes' }],
  ['proxy.bandwidth', { rate: '1MB/s' }],
  ['proxy.bandwidth', { rate: '10B/s', direction: 'downstream' }],
  ['proxy.bandwidth', { rate: '10GB/s' }],
  ['proxy.timeout', {}],
  ['proxy.timeout', { direction: 'downstream', closeAfter: '10s' }],
  ['proxy.reset', {}],
  ['proxy.reset', { direction: 'upstream', after: '10s' }],
  ['proxy.refuse', {}],
  ['proxy.slice', { size: '10B' }],
  ['proxy.slice', { size: '1KB', variation: '500B', pause: '20ms' }],
  ['proxy.limit', { bytes: '0B' }],
  ['proxy.limit', { bytes: '10GB' }],
  ['proxy.down', {}],
];

describe.each(EVERY)('%s %o', (type, params) => {
  it('is seen from outside while it lives, and not before or afterwards', async () => {
    const accepted = server.sockets.length;
    const fault = await inject(NAME, type, params);
    expect(fault.before).toBe('absent');
    expect(await fault.observe()).toBe('present');
    await fault.revert();
    expect(await fault.observe()).toBe('absent');
    await fault.revert();
    // Looking never reached the upstream.
    expect(server.sockets.length).toBe(accepted);
  });

  it('composes with the others and leaves them alone when it ends', async () => {
    const other = await inject(NAME, type === 'proxy.latency' ? 'proxy.bandwidth' : 'proxy.latency', {
      ...(type === 'proxy.latency' ? { rate: '1MB/s' } : { delay: '30ms' }),
    });
    const fault = await inject(NAME, type, params);
    expect(await other.observe()).toBe('present');
    await fault.revert();
    expect([await fault.observe(), await other.observe()]).toEqual(['absent', 'present']);
    await other.revert();
    expect(await other.observe()).toBe('absent');
  });
});

it('latency delays a live connection in each direction', async () => {
  using client = await Client.connect(db.port);
  await client.ping();
  const fault = await inject(NAME, 'proxy.latency', { delay: '100ms' });
  const from = performance.now();
  expect(await client.ping()).toBe('ping');
  expect(performance.now() - from).toBeGreaterThanOrEqual(198);
  await fault.revert();
});

it('bandwidth makes the sender wait instead of taking all it has', async () => {
  const fault = await inject(NAME, 'proxy.bandwidth', { rate: '500KB/s', direction: 'downstream' });
  using client = await Client.connect(db.port);
  const from = performance.now();
  client.socket.write(Buffer.alloc(100_000));
  await client.until(100_000);
  expect(performance.now() - from).toBeGreaterThanOrEqual(190);
  await fault.revert();
});

it('timeout accepts connects, says nothing, and delivers in order once it ends', async () => {
  const fault = await inject(NAME, 'proxy.timeout');
  using client = await Client.connect(db.port);
  client.socket.write('one');
  client.socket.write('two');
  expect(await fault.observe()).toBe('present');
  expect(client.received.length).toBe(0);
  await fault.revert();
  expect((await client.until(6)).toString()).toBe('onetwo');
});

it('timeout with closeAfter closes the connections it holds', async () => {
  const fault = await inject(NAME, 'proxy.timeout', { closeAfter: '50ms' });
  using client = await Client.connect(db.port);
  client.socket.write('lost');
  await once(client.socket, 'end');
  expect(client.received.length).toBe(0);
  await fault.revert();
});

it('reset ends live connections and new ones with a true RST on both sides', async () => {
  const before = server.sockets.length;
  using live = await Client.connect(db.port);
  await live.ping();
  const serverSide = once(await server.socket(before), 'error');
  const fault = await inject(NAME, 'proxy.reset');
  expect(await live.closed).toBe('ECONNRESET');
  expect((await serverSide)[0]).toMatchObject({ code: 'ECONNRESET' });
  using late = await Client.connect(db.port);
  expect(await late.closed).toBe('ECONNRESET');
  await fault.revert();
  using healed = await Client.connect(db.port);
  expect(await healed.ping()).toBe('ping');
});

it('reset does not wait for a client that reads nothing', async () => {
  await using source = await upstream((socket) => {
    const send = (): void => {
      while (socket.writable && socket.write(Buffer.alloc(2 ** 16)));
    };
    socket.on('drain', send);
    send();
  });
  await using flood = await proxy({ name: 'flood', upstream: source.port, inProcess: true });
  using client = await Client.connect(flood.port);
  await client.until(1);
  client.socket.pause();
  const backlog = async (): Promise<number> => (await flood.connections())[0]?.bytes.downstream ?? 0;
  // Every buffer on the way to the client is full once the proxy has long taken nothing more.
  for (let last = -1, same = 0; same < 50; ) {
    const now = await backlog();
    same = now === last ? same + 1 : 0;
    last = now;
  }
  const fault = await inject('flood', 'proxy.reset');
  expect(await flood.connections()).toEqual([]);
  client.socket.resume();
  expect(await client.closed).toBe('ECONNRESET');
  await fault.revert();
});

it('refuse fails new connects with ECONNREFUSED, keeps open connections and gives the port back', async () => {
  using live = await Client.connect(db.port);
  await live.ping();
  const fault = await inject(NAME, 'proxy.refuse');
  expect(await connectOutcome(db.port)).toBe('ECONNREFUSED');
  expect(await live.ping('still here')).toBe('still here');
  await fault.revert();
  using healed = await Client.connect(db.port);
  expect(await healed.ping()).toBe('ping');
});

it('down closes open connections, refuses new ones and gives the port back', async () => {
  using live = await Client.connect(db.port);
  await live.ping();
  const ended = once(live.socket, 'end');
  const fault = await inject(NAME, 'proxy.down');
  await ended;
  expect(await connectOutcome(db.port)).toBe('ECONNREFUSED');
  await fault.revert();
  using healed = await Client.connect(db.port);
  expect(await healed.ping()).toBe('ping');
});

it('limit passes exactly so many bytes, then closes', async () => {
  const fault = await inject(NAME, 'proxy.limit', { bytes: '1000B', direction: 'downstream' });
  using client = await Client.connect(db.port);
  client.socket.write(Buffer.alloc(5_000));
  await once(client.socket, 'end');
  expect(client.received.length).toBe(1_000);
  await fault.revert();
});

it('limit delivers what it let through even when another fault still holds it', async () => {
  const slow = await inject(NAME, 'proxy.latency', { delay: '50ms', direction: 'downstream' });
  const cut = await inject(NAME, 'proxy.limit', { bytes: '10B', direction: 'downstream' });
  using client = await Client.connect(db.port);
  client.socket.write(Buffer.alloc(100));
  await once(client.socket, 'end');
  expect(client.received.length).toBe(10);
  await cut.revert();
  await slow.revert();
});

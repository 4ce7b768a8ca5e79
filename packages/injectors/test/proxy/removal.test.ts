import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { proxy } from '../../src/proxy/plugin.ts';
import { Client } from './client.ts';
import { inject, type ProxyFaultType } from './inject.ts';
import { echo, upstream } from './upstream.ts';

const HOLDING: readonly [ProxyFaultType, object][] = [
  ['proxy.latency', { delay: '10s' }],
  ['proxy.bandwidth', { rate: '20KB/s' }],
  ['proxy.slice', { size: '100B', pause: '50ms' }],
  ['proxy.timeout', {}],
];

describe.each(HOLDING)('when %s %o ends in the middle of a transfer', (type, params) => {
  it.each(['both', 'upstream', 'downstream'])('nothing is lost or reordered (%s)', async (direction) => {
    await using server = await echo();
    await using db = await proxy({ name: 'removal', upstream: server.port, inProcess: true });
    using client = await Client.connect(db.port);
    const sent = randomBytes(3 * 2 ** 20);
    client.socket.write(sent.subarray(0, 2 ** 20));
    await client.until(1);
    const fault = await inject('removal', type, { ...params, direction });
    client.socket.end(sent.subarray(2 ** 20));
    expect(await fault.observe()).toBe('present');
    await fault.revert();
    await once(client.socket, 'end');
    expect(client.received.equals(sent)).toBe(true);
  });
});

it('several faults ended in any order lose nothing either', async () => {
  await using server = await echo();
  await using db = await proxy({ name: 'removal', upstream: server.port, inProcess: true });
  using client = await Client.connect(db.port);
  const sent = randomBytes(2 ** 20);
  const faults = [];
  for (const [type, params] of HOLDING) faults.push(await inject('removal', type, params));
  client.socket.end(sent);
  const [latency, bandwidth, slice, timeout] = faults;
  for (const fault of [bandwidth, timeout, latency, slice]) await fault?.revert();
  await once(client.socket, 'end');
  expect(client.received.equals(sent)).toBe(true);
});

it('a black hole stops the sender after a bounded amount', async () => {
  let arrived = 0;
  await using server = await upstream((socket) => {
    socket.on('data', (chunk: Buffer) => {
      arrived += chunk.length;
    });
    socket.on('end', () => socket.end());
  });
  await using db = await proxy({ name: 'removal', upstream: server.port, inProcess: true });
  const hole = await inject('removal', 'proxy.timeout');
  using client = await Client.connect(db.port);
  const size = 64 * 2 ** 20;
  client.socket.end(Buffer.alloc(size));
  // Each look is a quarter of a second in which the sender could go on.
  expect([await hole.observe(), await hole.observe()]).toEqual(['present', 'present']);
  const [connection] = await db.connections();
  expect(connection?.bytes.upstream).toBeLessThan(4 * 2 ** 20);
  expect(arrived).toBe(0);
  await hole.revert();
  await once(client.socket, 'end');
  expect(arrived).toBe(size);
});

import { expect, it } from 'vitest';
import { proxy } from '../../src/proxy/plugin.ts';
import { Client } from './client.ts';
import { inject } from './inject.ts';
import { echo } from './upstream.ts';

/** Which of so many connections, one after the other, a fault resets. */
async function resets(count: number, faultSeed: number, proxySeed = 'fixed'): Promise<string> {
  await using server = await echo();
  await using db = await proxy({ name: 'draws', upstream: server.port, seed: proxySeed, inProcess: true });
  const fault = await inject('draws', 'proxy.reset', { perConnection: 0.5 }, faultSeed);
  let hit = '';
  for (let index = 0; index < count; index += 1) {
    using client = await Client.connect(db.port);
    hit += await Promise.race([client.ping().then(() => '.'), client.closed.then(() => 'x')]).catch(() => 'x');
  }
  const struck = [...hit].filter((outcome) => outcome === 'x').length;
  expect(await fault.counters()).toEqual({ eligible: count, injected: struck });
  await fault.revert();
  expect(await fault.counters()).toEqual({ eligible: count, injected: struck });
  return hit;
}

it('the same seeds hit the same connections; another seed of fault or proxy hits others', async () => {
  const hit = await resets(40, 1);
  expect(await resets(40, 1)).toBe(hit);
  expect(await resets(40, 2)).not.toBe(hit);
  expect(await resets(40, 1, 'other')).not.toBe(hit);
  expect(hit).toMatch(/x/);
  expect(hit).toMatch(/\./);
});

it('a connection is drawn once: no later fault or renewal rolls its dice again', async () => {
  await using server = await echo();
  await using db = await proxy({ name: 'draws', upstream: server.port, inProcess: true });
  const clients = await Promise.all(Array.from({ length: 20 }, () => Client.connect(db.port)));
  for (const client of clients) await client.ping();
  const first = await inject('draws', 'proxy.timeout', { perConnection: 0.5 });
  const drawn = await first.counters();
  expect(drawn?.eligible).toBe(20);
  await first.renew(10_000);
  await first.inject();
  const second = await inject('draws', 'proxy.latency', { delay: '1ms' });
  await second.revert();
  expect(await first.counters()).toEqual(drawn);
  for (const client of clients) client.socket.destroy();
});

it.each([
  ['existing', 'x.'],
  ['new', '.x'],
  ['all', 'xx'],
])('scope %s hits (open, later) connections as %s', async (scope, expected) => {
  await using server = await echo();
  await using db = await proxy({ name: 'draws', upstream: server.port, inProcess: true });
  using open = await Client.connect(db.port);
  await open.ping();
  const fault = await inject('draws', 'proxy.reset', { scope });
  using later = await Client.connect(db.port);
  const outcome = (client: Client): Promise<string> =>
    Promise.race([client.closed.then(() => 'x'), client.ping().then(() => '.')]).catch(() => 'x');
  expect((await outcome(open)) + (await outcome(later))).toBe(expected);
  await fault.revert();
});

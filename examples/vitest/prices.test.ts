import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { type FaultProxy, proxies, proxy } from '@bridge/chaos-injectors';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Prices } from './prices.ts';

let service: Server;
let link: FaultProxy;
let state: string;
let engine: ChaosEngine<[ReturnType<typeof proxies>]>;

beforeAll(async () => {
  service = createServer((_request, response) => response.end('7')).listen(0, '127.0.0.1');
  await once(service, 'listening');
  const { port } = service.address() as AddressInfo;
  link = await proxy({ name: 'price-service', upstream: port });
  state = await mkdtemp(join(tmpdir(), 'chaos-'));
  engine = new ChaosEngine({ plugins: [proxies()], state, armed: true });
  await engine.start();
});

afterAll(async () => {
  await engine.close();
  await link.close();
  service.close();
  await rm(state, { recursive: true });
});

test('a silent price service is answered for with the last price known', async () => {
  const prices = new Prices(`http://127.0.0.1:${link.port}/`);
  await prices.current();
  await using _silent = await engine.inject({ type: 'proxy.timeout', target: { proxy: 'price-service' } });
  expect(await prices.current()).toBe(7);
});

test('without a last price a dead price service is an error, and only as long as it is dead', async () => {
  const prices = new Prices(`http://127.0.0.1:${link.port}/`);
  await engine.during({ type: 'proxy.refuse', target: { proxy: 'price-service' } }, async () => {
    await expect(prices.current()).rejects.toThrow('fetch failed');
  });
  expect(await prices.current()).toBe(7);
});

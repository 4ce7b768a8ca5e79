import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { systemClock } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { startHost } from '../../src/toxiproxy/host/host.ts';
import { Client, connectOutcome } from '../proxy/client.ts';
import { echo } from '../proxy/upstream.ts';
import { Api } from './api.ts';

const place = z.object({ port: z.number() });
const populated = z.object({ proxies: z.array(z.object({ listen: z.string() })) });
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Asks for proxies that answer nothing; resolves with the ports of those that stood up. */
async function populate(url: string, upstream: number): Promise<number[]> {
  const toxics = [{ type: 'timeout', attributes: { timeout: 0 } }];
  const body = JSON.stringify(NAMES.map((name) => ({ name, upstream: `127.0.0.1:${upstream}`, toxics })));
  const answer = await fetch(`${url}/populate`, { method: 'POST', body });
  const { proxies } = populated.parse(await answer.json());
  return proxies.map(({ listen }) => Number(listen.split(':').at(-1)));
}

async function untilOneStands(url: string): Promise<void> {
  while ((await (await fetch(`${url}/proxies`)).text()) === '{}');
}

async function own(control: string): Promise<{ socket: Socket; url: string }> {
  const socket = connect({ path: control });
  socket.write('own\n');
  const [answer] = await once(socket, 'data');
  return { socket, url: `http://127.0.0.1:${place.parse(JSON.parse(String(answer))).port}` };
}

it('what stands up while the owner dies forwards without toxics, and the rest does not stand up', async () => {
  await using server = await echo();
  const host = await startHost({ host: '127.0.0.1', port: 0, seed: 's', linger: 60_000 }, systemClock);
  const owner = await own(host.control);
  const populating = populate(owner.url, server.port);
  await untilOneStands(owner.url);
  owner.socket.destroy();
  for (const port of await populating) {
    using client = await Client.connect(port);
    expect(await client.ping()).toBe('ping');
  }
  const heir = await own(host.control);
  expect(await (await fetch(`${heir.url}/proxies`)).text()).toBe('{}');
  heir.socket.write('close\n');
  await host.closed;
});

it('what stands up while the server closes is closed, too', async () => {
  await using server = await echo();
  const api = await Api.start();
  const populating = populate(api.server.url, server.port);
  await untilOneStands(api.server.url);
  await api.server.close();
  for (const port of await populating) expect(await connectOutcome(port)).toBe('ECONNREFUSED');
});

import { once } from 'node:events';
import { expect, it } from 'vitest';
import { Client } from '../proxy/client.ts';
import { echo } from '../proxy/upstream.ts';
import { Api } from './api.ts';

const RECEIVED = 'toxiproxy_proxy_received_bytes_total';
const SENT = 'toxiproxy_proxy_sent_bytes_total';
const patience = { timeout: 30_000 };

/** Samples of one proxy by name and direction, as a scraper reads them. */
async function samples(api: Api, labels: string): Promise<Record<string, number>> {
  const { text } = await api.ask('GET', '/metrics');
  const found = text.split('\n').flatMap((line) => {
    const [, name = '', direction = '', others = '', value = ''] =
      /^(\w+)\{direction="(\w+)",(.*)\} (\d+)$/.exec(line) ?? [];
    return others === labels ? [[`${name} ${direction}`, Number(value)] as const] : [];
  });
  return Object.fromEntries(found);
}

const all = (bytes: number): Record<string, number> =>
  Object.fromEntries(
    [RECEIVED, SENT].flatMap((name) => ['downstream', 'upstream'].map((way) => [`${name} ${way}`, bytes])),
  );

it('are the bytes of live and of ended connections, in the text format of Prometheus', async () => {
  await using server = await echo();
  await using api = await Api.start();
  expect(await api.ask('GET', '/metrics')).toMatchObject({
    status: 200,
    type: 'text/plain; version=0.0.4; charset=utf-8',
    text: '',
  });
  const port = await api.proxy('db', server.port);
  const labels = `listener="127.0.0.1:${port}",proxy="db",upstream="127.0.0.1:${server.port}"`;
  {
    using client = await Client.connect(port);
    await client.ping();
    await expect.poll(() => samples(api, labels), patience).toEqual(all(4));
    const { text } = await api.ask('GET', '/metrics');
    expect(text.match(/^# TYPE \w+ counter$/gm)).toEqual([`# TYPE ${RECEIVED} counter`, `# TYPE ${SENT} counter`]);
  }
  using another = await Client.connect(port);
  await another.ping();
  await expect.poll(() => samples(api, labels), patience).toEqual(all(8));
  await api.ask('DELETE', '/proxies/db');
  await expect.poll(() => samples(api, labels), patience).toEqual(all(8));
});

it('count what was received and lost as received only', async () => {
  await using server = await echo();
  await using api = await Api.start();
  const port = await api.proxy('db', server.port);
  await api.toxic('db', 'timeout', { timeout: 0 }, { stream: 'upstream' });
  using client = await Client.connect(port);
  client.socket.write('lost');
  const labels = `listener="127.0.0.1:${port}",proxy="db",upstream="127.0.0.1:${server.port}"`;
  const lost = { ...all(0), [`${RECEIVED} upstream`]: 4 };
  await expect.poll(() => samples(api, labels), patience).toEqual(lost);
  const ended = once(client.socket, 'end');
  await api.ask('DELETE', '/proxies/db');
  await ended;
  expect(await samples(api, labels)).toEqual(lost);
});

it('keep names with quotes, backslashes and line ends in one label', async () => {
  await using server = await echo();
  await using api = await Api.start();
  using client = await Client.connect(await api.proxy('a "b"\\\nc', server.port));
  await client.ping();
  const { text } = await api.ask('GET', '/metrics');
  expect(text).toContain('proxy="a \\"b\\"\\\\\\nc"');
  expect(text.trimEnd().split('\n')).toHaveLength(8);
});

import { once } from 'node:events';
import {
  type Proxy as ApiProxy,
  Toxic,
  type ToxicAttributeTypes,
  type ToxicType,
  Toxiproxy,
  ToxiproxyError,
} from 'toxiproxy-node-client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ToxiproxyServer, toxiproxyServer } from '../../src/toxiproxy/toxiproxy-server.ts';
import { Client, connectOutcome } from '../proxy/client.ts';
import { echo, type Upstream } from '../proxy/upstream.ts';

const portOf = ({ listen }: { listen: string }): number => Number(listen.split(':').at(-1));

describe.each(['child', 'thread', 'here'] as const)('toxiproxy-node-client with a server in %s', (runsIn) => {
  let server: ToxiproxyServer;
  let upstream: Upstream;
  let toxiproxy: Toxiproxy;

  beforeAll(async () => {
    upstream = await echo();
    server = await toxiproxyServer({ port: 0, runsIn });
    toxiproxy = new Toxiproxy(server.url);
  });

  afterAll(async () => {
    await server.close();
    await upstream[Symbol.asyncDispose]();
  });

  beforeEach(async () => {
    for (const proxy of Object.values(await toxiproxy.getAll())) await proxy.remove();
  });

  const create = (name = 'db', enabled = true): Promise<ApiProxy> =>
    toxiproxy.createProxy({ name, listen: 'localhost:0', upstream: `127.0.0.1:${upstream.port}`, enabled });

  const toxic = <T extends ToxicAttributeTypes>(type: ToxicType, attributes: T, name = `${type}_downstream`) => ({
    type,
    name,
    attributes,
    stream: 'downstream' as const,
    toxicity: 1,
  });

  it('tells its version', async () => {
    expect(JSON.parse(await toxiproxy.getVersion())).toEqual({ version: expect.stringMatching(/^2\.\d+\.\d+$/) });
    expect(toxiproxy.getApi()).toBe(toxiproxy.api);
  });

  it('creates a proxy that forwards, shows it, and removes it', async () => {
    const proxy = await create();
    expect(proxy.toJson()).toEqual({
      name: 'db',
      listen: expect.stringMatching(/^127\.0\.0\.1:[1-9]\d*$/),
      upstream: `127.0.0.1:${upstream.port}`,
      enabled: true,
    });
    expect(proxy.getToxiproxy()).toBe(toxiproxy);
    expect([proxy.getHost(), proxy.getPath()]).toEqual([server.url, `${server.url}/proxies/db`]);
    using client = await Client.connect(portOf(proxy));
    expect(await client.ping()).toBe('ping');
    expect(await toxiproxy.get('db')).toEqual(proxy);
    expect(await toxiproxy.getAll()).toEqual({ db: proxy });
    const ended = once(client.socket, 'end');
    await proxy.remove();
    await ended;
    expect(await connectOutcome(portOf(proxy))).toBe('ECONNREFUSED');
    expect(await toxiproxy.getAll()).toEqual({});
  });

  it('disables and enables a proxy on the same port', async () => {
    const proxy = await create();
    using client = await Client.connect(portOf(proxy));
    await client.ping();
    const ended = once(client.socket, 'end');
    const { listen, upstream: to } = proxy;
    const disabled = await proxy.update({ listen, upstream: to, enabled: false });
    expect(disabled).toMatchObject({ enabled: false, listen });
    await ended;
    expect(await connectOutcome(portOf(proxy))).toBe('ECONNREFUSED');
    expect(await proxy.update({ listen, upstream: to, enabled: true })).toMatchObject({ enabled: true, listen });
    using again = await Client.connect(portOf(proxy));
    expect(await again.ping()).toBe('ping');
  });

  it('creates a disabled proxy that does not listen until it is enabled', async () => {
    const proxy = await create('off', false);
    expect(proxy).toMatchObject({ enabled: false, listen: 'localhost:0' });
    const on = await proxy.update({ listen: proxy.listen, upstream: proxy.upstream, enabled: true });
    using client = await Client.connect(portOf(on));
    expect(await client.ping()).toBe('ping');
  });

  it('sends connections elsewhere when the upstream changes, and ends those before', async () => {
    await using other = await echo();
    const proxy = await create();
    using before = await Client.connect(portOf(proxy));
    await before.ping();
    const ended = once(before.socket, 'end');
    const moved = await proxy.update({ listen: proxy.listen, upstream: `localhost:${other.port}`, enabled: true });
    expect(moved).toMatchObject({ listen: proxy.listen, upstream: `localhost:${other.port}` });
    await ended;
    using after = await Client.connect(portOf(moved));
    await after.ping();
    expect(other.sockets.length).toBe(1);
  });

  it('populates: makes what is missing, leaves what stands, replaces what stands elsewhere', async () => {
    await using other = await echo();
    const wanted = (name: string, port = upstream.port) => ({
      name,
      listen: '127.0.0.1:0',
      upstream: `127.0.0.1:${port}`,
    });
    const first = await toxiproxy.populate([wanted('a'), wanted('b')]);
    await first['a']?.addToxic(toxic('latency', { latency: 10, jitter: 0 }));
    await first['b']?.addToxic(toxic('latency', { latency: 10, jitter: 0 }));
    const second = await toxiproxy.populate([wanted('a'), wanted('b', other.port), wanted('c')]);
    expect(Object.keys(second)).toEqual(['a', 'b', 'c']);
    expect(second['a']).toEqual(first['a']);
    await expect(second['a']?.getToxic('latency_downstream')).resolves.toBeInstanceOf(Toxic);
    await expect(second['b']?.getToxic('latency_downstream')).rejects.toBeInstanceOf(ToxiproxyError);
  });

  it.each<[ToxicType, ToxicAttributeTypes, ToxicAttributeTypes]>([
    ['latency', { latency: 20, jitter: 5 }, { latency: 30, jitter: 5 }],
    ['bandwidth', { rate: 100 }, { rate: 30 }],
    ['slow_close', { delay: 20 }, { delay: 30 }],
    ['timeout', { timeout: 0 }, { timeout: 5_000 }],
    ['slicer', { average_size: 10, size_variation: 5, delay: 10 }, { average_size: 9, size_variation: 3, delay: 0 }],
    ['limit_data', { bytes: 100 }, { bytes: 30 }],
    ['reset_peer', { timeout: 5_000 }, { timeout: 3_000 }],
  ])('adds, shows, changes and removes a toxic of type %s', async (type, attributes, others) => {
    const proxy = await create();
    const added = await proxy.addToxic(toxic(type, attributes));
    expect(added.toJson()).toEqual(toxic(type, attributes));
    expect(await proxy.getToxic(added.name)).toEqual(added);
    const changed = await added.update({ ...toxic(type, others), toxicity: 0.5 });
    expect(changed.toJson()).toEqual({ ...toxic(type, others), toxicity: 0.5 });
    expect(added.getPath()).toBe(`${proxy.getPath()}/toxics/${added.name}`);
    await added.remove();
    await expect(proxy.getToxic(added.name)).rejects.toThrow('404');
    using client = await Client.connect(portOf(proxy));
    expect(await client.ping()).toBe('ping');
  });

  it('reset enables every proxy and removes every toxic', async () => {
    const proxy = await create();
    await proxy.addToxic(toxic('timeout', { timeout: 0 }));
    await proxy.update({ listen: proxy.listen, upstream: proxy.upstream, enabled: false });
    await toxiproxy.reset();
    expect((await toxiproxy.get('db')).enabled).toBe(true);
    using client = await Client.connect(portOf(proxy));
    expect(await client.ping()).toBe('ping');
  });

  it('fails as the client expects', async () => {
    await create();
    await expect(create()).rejects.toThrow('409');
    await expect(toxiproxy.get('none')).rejects.toThrow('404');
    await expect(toxiproxy.createProxy({ name: '', listen: '', upstream: '' })).rejects.toThrow('400');
  });
});

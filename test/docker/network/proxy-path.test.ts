import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { during } from './hold.ts';
import { context, faultIn } from './hold-plugin.ts';
import { ask, echoServers, inNetworkOf } from './namespace.ts';
import networkWithTargets from './plugin.ts';
import { targetOf } from './scene.ts';

// As on a kernel with neither netem nor NFQUEUE.
const plugin = networkWithTargets({ paths: ['proxy'] });
// As on a kernel that can only lead packets through a device.
const led = networkWithTargets({ paths: ['ifb'] });
const faultOf = (type: string) => faultIn(plugin, type);

interface Connected {
  readonly outcome: string;
  readonly took: number;
}

let server: TestContainer;
let client: TestContainer;
let servers: AsyncDisposable;
let address = '';

beforeAll(async () => {
  [server, client] = await Promise.all([startContainer(), startContainer()]);
  address = await server.address();
  servers = await echoServers(server);
});

afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  await Promise.all([server, client].map((one) => one[Symbol.asyncDispose]()));
  await Promise.all([plugin.close?.(), led.close?.()]);
});

const through = <Result>(container: TestContainer, type: string, given: object, body: () => Promise<Result>) =>
  during(container, type, given, body, faultOf);
const connecting = (port = 7000) => ask<Connected>(client, 'connecting', address, String(port));
const roundTrips = async (count: number, port = 7000) =>
  (await ask<{ times: number[] }>(client, 'roundTrips', address, String(port), String(count))).times;

describe('network.latency by proxy', () => {
  it('adds its delay to every round trip on a connection, on the named port only', async () => {
    await through(client, 'network.latency', { delay: '80ms', peers: address, ports: 7000 }, async () => {
      expect(Math.min(...(await roundTrips(5)).slice(1))).toBeGreaterThanOrEqual(79);
      expect(Math.min(...(await roundTrips(5, 7001)))).toBeLessThan(79);
    });
    expect(Math.min(...(await roundTrips(5)))).toBeLessThan(79);
  });

  it('counts twice in both directions, and once more when a connection is opened', async () => {
    await through(client, 'network.latency', { delay: '60ms', direction: 'both' }, async () => {
      expect(Math.min(...(await roundTrips(3)))).toBeGreaterThanOrEqual(119);
      expect((await connecting()).took).toBeGreaterThanOrEqual(239);
    });
  });

  it('is for a service of the target when its own port is named', async () => {
    await through(server, 'network.latency', { delay: '80ms', localPorts: '6999-7000' }, async () => {
      expect(Math.min(...(await roundTrips(3)))).toBeGreaterThanOrEqual(79);
      expect(Math.min(...(await roundTrips(5, 7001)))).toBeLessThan(79);
    });
  });
});

describe('network.bandwidth by proxy', () => {
  const BYTES = 400_000;
  it.each([
    ['upload', 'egress'],
    ['download', 'ingress'],
  ])('limits an %s (%s)', async (probe, direction) => {
    await through(client, 'network.bandwidth', { rate: '4mbit/s', direction, peers: address }, async () => {
      const { got, took } = await ask<{ got: number; took: number }>(client, probe, address, '7000', String(BYTES));
      expect(got).toBe(BYTES);
      expect(took).toBeGreaterThan(650);
    });
  });
});

describe('network.bandwidth by a device of our own', () => {
  it('limits what arrives from the named port only, and leaves no device behind', async () => {
    const params = { rate: '4mbit/s', direction: 'ingress', peers: address, ports: '6999-7000', protocol: 'tcp' };
    const BYTES = 1_000_000;
    const download = async (port: number) =>
      (await ask<{ took: number }>(client, 'download', address, String(port), String(BYTES))).took;
    const find = (type: string) => faultIn(led, type);
    await during(
      client,
      'network.bandwidth',
      params,
      async () => {
        const limited = await download(7000);
        expect(limited).toBeGreaterThan(1_650);
        expect(await download(7001)).toBeLessThan(limited);
      },
      find,
    );
    expect(await inNetworkOf(client, 'ip', 'link', 'show')).not.toContain('cifb');
  });
});

describe('what a proxy cannot carry', () => {
  it.each([
    ['network.loss', { bursts: { enter: 0.1, leave: 0.5 } }],
    ['network.corrupt', { perPacket: 0.1 }],
    ['network.duplicate', { perPacket: 0.1 }],
    ['network.reorder', { perPacket: 0.1 }],
    ['network.latency', { delay: '10ms', protocol: 'udp' }],
  ])('%s is refused with a remedy', async (type, given) => {
    const fault = faultOf(type);
    const answer = await fault.feasible?.(await targetOf(client.id), fault.params.parse(given), context);
    expect(answer).toMatchObject({
      possible: false,
      reason: expect.stringMatching(/proxy|paths/),
      remedy: expect.stringMatching(/queue/),
    });
  });
});

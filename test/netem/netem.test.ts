import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { during } from '../docker/network/hold.ts';
import { context, faultOf, plugin } from '../docker/network/hold-plugin.ts';
import { ask, echoServers } from '../docker/network/namespace.ts';
import { targetOf } from '../docker/network/scene.ts';
import { startContainer, type TestContainer } from '../docker-engine/index.ts';

interface Datagrams {
  readonly answers: readonly number[];
}

let server: TestContainer;
let client: TestContainer;
let servers: AsyncDisposable;
let address = '';

beforeAll(async () => {
  server = await startContainer();
  client = await startContainer();
  address = await server.address();
  servers = await echoServers(server);
});

afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  await Promise.all([server, client].map((one) => one[Symbol.asyncDispose]()));
  await plugin.close?.();
});

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const roundTrips = async (port = 7000, count = 21): Promise<readonly number[]> =>
  (await ask<{ times: number[] }>(client, 'roundTrips', address, String(port), String(count))).times;
const datagrams = (count: number, pause = 1) =>
  ask<Datagrams>(client, 'datagrams', address, '7000', String(count), String(pause));

describe('through netem', () => {
  it.each([
    ['network.latency', { delay: '100ms' }],
    ['network.loss', { bursts: { enter: 0.1, leave: 0.3 } }],
    ['network.duplicate', { perPacket: 0.1 }],
    ['network.corrupt', { perPacket: 0.1 }],
    ['network.reorder', { perPacket: 0.1 }],
  ])('%s says that this is its way', async (type, given) => {
    const fault = faultOf(type);
    const answer = await fault.feasible?.(await targetOf(client.id), fault.params.parse(given), context);
    expect(answer).toEqual({ possible: true, path: 'netem' });
  });

  it('delay is within 2 ms of what was asked', async () => {
    const before = median(await roundTrips());
    await during(client, 'network.latency', { delay: '100ms' }, async () => {
      expect(Math.abs(median(await roundTrips()) - before - 100)).toBeLessThan(2);
    });
  });

  it('delay is for the port that was named', async () => {
    await during(client, 'network.latency', { delay: '200ms', ports: 7000 }, async () => {
      expect(median(await roundTrips(7000, 5))).toBeGreaterThanOrEqual(200);
      expect(median(await roundTrips(7001, 5))).toBeLessThan(100);
    });
  });

  it.each(['uniform', 'normal', 'pareto', 'paretonormal'])('jitter is %s', async (distribution) => {
    await during(client, 'network.latency', { delay: '60ms', jitter: '30ms', distribution }, async () => {
      const times = await roundTrips(7000, 30);
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(25);
    });
  });

  it('loss is within the 99 % interval', async () => {
    const share = 0.2;
    const sent = 1_000;
    // Good and bad lose the same: independent loss, through the model of bursts.
    const bursts = { enter: 0.5, leave: 0.5, lossInside: share, lossOutside: share };
    await during(client, 'network.loss', { bursts, protocol: 'udp' }, async () => {
      const lost = sent - (await datagrams(sent)).answers.length;
      expect(Math.abs(lost - sent * share)).toBeLessThan(2.576 * Math.sqrt(sent * share * (1 - share)));
    });
  });

  it('duplicates come twice', async () => {
    await during(client, 'network.duplicate', { perPacket: 1, protocol: 'udp' }, async () => {
      expect((await datagrams(20, 5)).answers).toHaveLength(40);
    });
  });

  it('corrupted datagrams are discarded', async () => {
    await during(client, 'network.corrupt', { perPacket: 0.5, protocol: 'udp' }, async () => {
      const { answers } = await datagrams(200, 2);
      expect(answers.length).toBeGreaterThan(50);
      expect(answers.length).toBeLessThan(150);
    });
  });

  it('some overtake others', async () => {
    await during(client, 'network.reorder', { perPacket: 0.3, delay: '50ms', protocol: 'udp' }, async () => {
      const { answers } = await datagrams(100, 3);
      expect(answers).toHaveLength(100);
      expect(answers.slice(1).filter((number, at) => number < (answers[at] ?? 0)).length).toBeGreaterThan(5);
    });
  });
});

import assert from 'node:assert/strict';
import { extname } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { during } from '../docker/network/hold.ts';
import { context, faultOf, plugin } from '../docker/network/hold-plugin.ts';
import { answerOf, ask, echoServers } from '../docker/network/namespace.ts';
import { targetOf } from '../docker/network/scene.ts';
import { startContainer, type TestContainer } from '../docker-engine/index.ts';

interface Datagrams {
  readonly answers: readonly number[];
}

let server: TestContainer;
let client: TestContainer;
let servers: AsyncDisposable;
let address = '';

before(async () => {
  server = await startContainer();
  client = await startContainer();
  address = await server.address();
  servers = await echoServers(server);
});

after(async () => {
  await servers[Symbol.asyncDispose]();
  await Promise.all([server, client].map((one) => one[Symbol.asyncDispose]()));
  await plugin.close?.();
});

const traffic = new URL(`./traffic${extname(import.meta.url)}`, import.meta.url).pathname;
const roundTrips = async (port: number, count: number): Promise<readonly number[]> =>
  (await ask<{ times: number[] }>(client, 'roundTrips', address, String(port), String(count))).times;
const paced = async (count: number, pause: number, expected: number): Promise<readonly number[]> => {
  const numbers = [count, pause, expected].map(String);
  return (await answerOf<Datagrams>(client, traffic, 'paced', address, '7000', ...numbers)).answers;
};
const counted = async (count: number): Promise<readonly number[]> =>
  (await answerOf<Datagrams>(client, traffic, 'counted', address, '7000', String(count))).answers;

/**
 * What the queue adds to every packet. A busy machine adds more to some, never less than nothing to any; so the smallest
 * of many is the queue's, on a machine of any speed.
 */
const smallest = (times: readonly number[]): number => Math.min(...times);

/** The timers of a processor in software are themselves 1 to 3 ms late. */
const PRECISION = process.env['IN_NETEM_VM'] === 'tcg' ? 8 : 2;

/**
 * How far a count may be from its expected value, by the normal approximation of the binomial distribution. One run in a
 * hundred is outside the 99 % interval by mere chance, so a test is failed by another: one in a million, of a sample
 * 3.6 times as large. It is as narrow as the 99 % interval of a thousand.
 */
const Z_99 = 2.576;
const Z_ONE_IN_A_MILLION = 4.892;
const spread = (count: number, share: number): number => Math.sqrt(count * share * (1 - share));

function isShare(seen: number, count: number, share: number): void {
  const off = seen - count * share;
  const sigma = spread(count, share);
  const verdict = Math.abs(off) <= Z_99 * sigma ? 'inside' : 'outside';
  console.log(`# ${seen} of ${count}, asked for ${share * 100} %: ${(off / sigma).toFixed(2)} σ, ${verdict} of 99 %`);
  assert.ok(Math.abs(off) <= Z_ONE_IN_A_MILLION * sigma, `${seen} of ${count} is not ${share * 100} %`);
}

describe('through netem', () => {
  const kinds = [
    ['network.latency', { delay: '100ms' }],
    ['network.loss', { bursts: { enter: 0.1, leave: 0.3 } }],
    ['network.duplicate', { perPacket: 0.1 }],
    ['network.corrupt', { perPacket: 0.1 }],
    ['network.reorder', { perPacket: 0.1 }],
  ] as const;
  for (const [type, given] of kinds) {
    it(`${type} says that this is its way`, async () => {
      const fault = faultOf(type);
      const answer = await fault.feasible?.(await targetOf(client.id), fault.params.parse(given), context);
      assert.deepEqual(answer, { possible: true, path: 'netem' });
    });
  }

  it(`delay is within ${PRECISION} ms of what was asked`, async () => {
    const without = smallest(await roundTrips(7000, 50));
    await during(client, 'network.latency', { delay: '100ms' }, async () => {
      const added = smallest(await roundTrips(7000, 30)) - without;
      console.log(`# added ${added.toFixed(3)} ms to ${without.toFixed(3)} ms, asked for 100 ms`);
      assert.ok(Math.abs(added - 100) < PRECISION, `added ${added} ms instead of 100`);
    });
  });

  it('delay is for the port that was named', async () => {
    await during(client, 'network.latency', { delay: '400ms', ports: 7000 }, async () => {
      assert.ok(smallest(await roundTrips(7000, 5)) >= 400);
      assert.ok(smallest(await roundTrips(7001, 20)) < 200);
    });
  });

  for (const distribution of ['uniform', 'normal', 'pareto', 'paretonormal']) {
    it(`jitter is ${distribution}`, async () => {
      await during(client, 'network.latency', { delay: '60ms', jitter: '30ms', distribution }, async () => {
        const times = await roundTrips(7000, 30);
        assert.ok(Math.max(...times) - smallest(times) > 25, times.join());
      });
    });
  }

  it('loss is what was asked', async () => {
    const share = 0.2;
    // Good and bad lose the same: independent loss, through the model of bursts.
    const bursts = { enter: 0.5, leave: 0.5, lossInside: share, lossOutside: share };
    await during(client, 'network.loss', { bursts, protocol: 'udp' }, async () => {
      isShare(3_600 - (await counted(3_600)).length, 3_600, share);
    });
  });

  it('bursts lose as much as their model says', async () => {
    await during(client, 'network.loss', { bursts: { enter: 0.05, leave: 0.2 }, protocol: 'udp' }, async () => {
      const answers = new Set(await counted(2_000));
      const lost = Array.from({ length: 2_000 }, (_, number) => !answers.has(number));
      const bursts = lost.filter((one, at) => one && !lost[at - 1]).length;
      const length = (2_000 - answers.size) / bursts;
      console.log(`# ${bursts} bursts of ${length.toFixed(2)}, asked for 5 on average`);
      assert.ok(length > 2.5 && length < 10, `bursts of ${length}`);
    });
  });

  it('duplicates come twice', async () => {
    await during(client, 'network.duplicate', { perPacket: 1, protocol: 'udp' }, async () => {
      const answers = await paced(20, 5, 40);
      assert.deepEqual(
        answers.toSorted((a, b) => a - b),
        Array.from({ length: 40 }, (_, at) => at >> 1),
      );
    });
  });

  it('corrupted datagrams are discarded', async () => {
    await during(client, 'network.corrupt', { perPacket: 0.5, protocol: 'udp' }, async () => {
      // A changed bit in the sender's hardware address is nobody's loss: about one in eight.
      const discarded = 1_000 - (await counted(1_000)).length;
      assert.ok(discarded > 300 && discarded < 600, `${discarded} of 1000`);
    });
  });

  it('some overtake others', async () => {
    await during(client, 'network.reorder', { perPacket: 0.3, delay: '200ms', protocol: 'udp' }, async () => {
      const answers = await paced(100, 3, 100);
      assert.equal(answers.length, 100);
      assert.ok(answers.slice(1).filter((number, at) => number < (answers[at] ?? 0)).length > 5, answers.join());
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { during } from './hold.ts';
import { plugin } from './hold-plugin.ts';
import { ask, echoServers, inNetworkOf } from './namespace.ts';

interface Connected {
  readonly outcome: string;
  readonly took: number;
}
interface Datagrams {
  readonly answers: readonly number[];
  readonly errors: readonly string[];
}

let server: TestContainer;
let other: TestContainer;
let client: TestContainer;
let servers: AsyncDisposable[] = [];
let address = '';
let otherAddress = '';

beforeAll(async () => {
  [server, other, client] = await Promise.all([startContainer(), startContainer(), startContainer()]);
  [address, otherAddress] = await Promise.all([server.address(), other.address()]);
  servers = await Promise.all([echoServers(server), echoServers(other)]);
});

afterAll(async () => {
  await Promise.all(servers.map((one) => one[Symbol.asyncDispose]()));
  await Promise.all([server, other, client].map((one) => one[Symbol.asyncDispose]()));
  await plugin.close?.();
});

const connecting = (to = address, port = 7000) => ask<Connected>(client, 'connecting', to, String(port));
const datagrams = (count: number, pause = 2) =>
  ask<Datagrams>(client, 'datagrams', address, '7000', String(count), String(pause));
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
const roundTrip = async (count = 7): Promise<number> =>
  median((await ask<{ times: number[] }>(client, 'roundTrips', address, '7000', String(count))).times);

describe('network.blackhole', () => {
  it('swallows what goes to one peer, and nothing else', async () => {
    await during(client, 'network.blackhole', { peers: address }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'TIMEOUT' });
      expect(await connecting(otherAddress)).toMatchObject({ outcome: 'hello' });
    });
    expect(await connecting()).toMatchObject({ outcome: 'hello' });
  });

  it('finds a peer by its container', async () => {
    await during(client, 'network.blackhole', { peers: { container: server.name } }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'TIMEOUT' });
      expect(await connecting(otherAddress)).toMatchObject({ outcome: 'hello' });
    });
  });

  it('is silent: a datagram goes out without an error and no answer comes', async () => {
    await during(client, 'network.blackhole', { peers: address, direction: 'egress' }, async () => {
      expect(await datagrams(5)).toEqual({ answers: [], errors: [] });
    });
  });

  it('is for one port, protocol and network when told so', async () => {
    await during(client, 'network.blackhole', { peers: `${address}/32`, ports: 7000, protocol: 'tcp' }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'TIMEOUT' });
      expect(await connecting(address, 7001)).toMatchObject({ outcome: 'hello' });
      expect((await datagrams(3)).answers).toEqual([0, 1, 2]);
    });
  });

  it('is for a service of the target when its own port is named', async () => {
    await during(server, 'network.blackhole', { localPorts: '6999-7000' }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'TIMEOUT' });
      expect(await connecting(address, 7001)).toMatchObject({ outcome: 'hello' });
    });
  });
});

describe('network.refuse and network.reset', () => {
  it('refuse answers new connections at once with ECONNREFUSED', async () => {
    await during(client, 'network.refuse', { peers: address, ports: 7000 }, async () => {
      const refused = await connecting();
      expect(refused.outcome).toBe('ECONNREFUSED');
      expect(refused.took).toBeLessThan(1_000);
      expect((await datagrams(3)).errors).toContain('ECONNREFUSED');
      expect(await connecting(address, 7001)).toMatchObject({ outcome: 'hello' });
    });
  });

  it('refuse at the service refuses its callers', async () => {
    await during(server, 'network.refuse', { localPorts: 7000, direction: 'ingress' }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'ECONNREFUSED' });
    });
  });

  it('reset accepts, then resets', async () => {
    await during(client, 'network.reset', { peers: address }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'ECONNRESET' });
      expect(await connecting(otherAddress)).toMatchObject({ outcome: 'hello' });
    });
  });
});

describe('network.reset on open connections', () => {
  it('ends idle ones at once, of the named port only', async () => {
    const idle = ['7000', '7001'].map((port) => ask<{ outcome: string }>(client, 'idling', address, port));
    const open = async () => {
      const listed = await inNetworkOf(client, 'ss', '-H', '-n', '-t', 'state', 'established');
      return listed.split('\n').filter((line) => /:700[01]\s*$/.test(line)).length;
    };
    await expect.poll(open, { timeout: 10_000 }).toBe(2);
    await during(client, 'network.reset', { peers: address, ports: 7000 }, async () => {
      await expect.poll(open, { timeout: 10_000 }).toBe(1);
    });
    expect(await open()).toBe(1);
    await during(client, 'network.reset', { peers: address, ports: 7001 }, async () => {
      for (const { outcome } of await Promise.all(idle)) expect(outcome).toMatch(/ECONN(?:ABORTED|RESET)/);
    });
  });
});

describe('network.partition', () => {
  it('parts the target from the other side only', async () => {
    await during(client, 'network.partition', { peers: [{ container: server.name }] }, async () => {
      expect(await connecting()).toMatchObject({ outcome: 'TIMEOUT' });
      expect(await connecting(otherAddress)).toMatchObject({ outcome: 'hello' });
    });
  });

  it('splits a group the same way for each of its members', async () => {
    const group = { nameMatches: `^(${server.name}|${other.name}|${client.name})$` };
    const reach = async () =>
      (await Promise.all([connecting(), connecting(otherAddress)])).map(({ outcome }) => outcome);
    const sides = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const split = { group, share: 0.34, seed };
      const found = await during(client, 'network.partition', { split }, () =>
        during(server, 'network.partition', { split }, () => during(other, 'network.partition', { split }, reach)),
      );
      sides.add(found.join());
      // One of the three is alone: the client reaches nobody, or all but that one.
      expect(found).toContain('TIMEOUT');
    }
    expect(sides.size).toBeGreaterThan(1);
  });
});

describe('network.latency', () => {
  it('adds its delay to a round trip', async () => {
    await during(client, 'network.latency', { delay: '80ms' }, async () => {
      const now = await roundTrip();
      // A busy machine only ever adds to it; how exact it is, the bench and `test/netem` tell.
      expect(now).toBeGreaterThanOrEqual(79);
      expect(now).toBeLessThan(1_000);
    });
  });

  it('counts twice in both directions, and not for other peers', async () => {
    await during(client, 'network.latency', { delay: '300ms', direction: 'both', peers: address }, async () => {
      expect(await roundTrip(3)).toBeGreaterThanOrEqual(599);
      expect((await connecting(otherAddress)).took).toBeLessThan(599);
    });
  });

  it('spreads with jitter around the delay', async () => {
    await during(client, 'network.latency', { delay: '60ms', jitter: '40ms', distribution: 'normal' }, async () => {
      const { times } = await ask<{ times: number[] }>(client, 'roundTrips', address, '7000', '40');
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(40);
    });
  });
});

describe('network.loss', () => {
  it('loses exactly every third datagram', async () => {
    await during(client, 'network.loss', { every: 3, protocol: 'udp', peers: address }, async () => {
      expect((await datagrams(60)).answers).toHaveLength(40);
    });
  });

  it('loses about its share', async () => {
    await during(client, 'network.loss', { perPacket: 0.3, protocol: 'udp', peers: address }, async () => {
      const { answers, errors } = await datagrams(400, 1);
      expect(errors).toEqual([]);
      // 99.99 % interval of the binomial distribution.
      expect(answers.length).toBeGreaterThan(280 - 36);
      expect(answers.length).toBeLessThan(280 + 36);
    });
  });

  it('loses in bursts', async () => {
    const bursts = { enter: 0.05, leave: 0.2 };
    await during(client, 'network.loss', { bursts, protocol: 'udp', peers: address }, async () => {
      const { answers } = await datagrams(600, 1);
      const gaps = answers.slice(1).map((number, at) => number - (answers[at] ?? 0) - 1);
      const lost = gaps.filter((gap) => gap > 0);
      expect(lost.length).toBeGreaterThan(5);
      // On average five in a row; independent loss of this share would have 1.25.
      expect(lost.reduce((sum, gap) => sum + gap, 0) / lost.length).toBeGreaterThan(2);
    });
  });
});

describe('network.duplicate, corrupt and reorder', () => {
  it.each(['ingress', 'egress'])('duplicate sends datagrams twice (%s)', async (direction) => {
    await during(
      client,
      'network.duplicate',
      { perPacket: 1, protocol: 'udp', peers: address, direction },
      async () => {
        const { answers } = await datagrams(10);
        expect(answers).toHaveLength(20);
        expect(new Set(answers).size).toBe(10);
      },
    );
  });

  it('corrupt spoils datagrams so that their checksum gives them away', async () => {
    await during(client, 'network.corrupt', { perPacket: 0.5, protocol: 'udp', peers: address }, async () => {
      const { answers } = await datagrams(100, 1);
      expect(answers.length).toBeGreaterThan(25);
      expect(answers.length).toBeLessThan(75);
    });
  });

  it('reorder lets some overtake', async () => {
    const params = { perPacket: 0.3, delay: '30ms', protocol: 'udp', peers: address };
    await during(client, 'network.reorder', params, async () => {
      const { answers } = await datagrams(100, 2);
      expect(answers).toHaveLength(100);
      const overtakes = answers.slice(1).filter((number, at) => number < (answers[at] ?? 0));
      expect(overtakes.length).toBeGreaterThan(5);
    });
  });
});

describe('network.bandwidth', () => {
  const BYTES = 400_000;
  it('limits what leaves', async () => {
    await during(client, 'network.bandwidth', { rate: '4mbit/s', peers: address }, async () => {
      const { took } = await ask<{ took: number }>(client, 'upload', address, '7000', String(BYTES));
      expect(took).toBeGreaterThan(650);
    });
  });

  it('limits what arrives', async () => {
    await during(client, 'network.bandwidth', { rate: '4mbit/s', direction: 'ingress' }, async () => {
      const { took } = await ask<{ took: number }>(client, 'download', address, '7000', String(BYTES));
      expect(took).toBeGreaterThan(650);
    });
  });
});

describe('network.dns', () => {
  let name = '';
  let network = '';
  let asker: TestContainer;
  beforeAll(async () => {
    network = `chaos-test-dns-${process.pid}`;
    await docker(['network', 'create', network]);
    asker = await startContainer({ network });
    name = asker.name;
  });
  afterAll(async () => {
    await asker[Symbol.asyncDispose]();
    await docker(['network', 'rm', network]);
  });
  const resolving = (asked = name) => ask<{ answer: unknown; took: number }>(asker, 'resolving', '127.0.0.11', asked);

  it('leaves every question without an answer', async () => {
    expect((await resolving()).answer).toEqual([await asker.address()]);
    await during(asker, 'network.dns', { fail: 'timeout' }, async () => {
      expect((await resolving()).answer).toMatch(/TIMEOUT/);
    });
  });

  it.each([
    ['nxdomain', /ENOTFOUND/],
    ['servfail', /ESERVFAIL/],
    ['refused', /EREFUSED/],
    ['timeout', /TIMEOUT/],
  ])('answers one name with %s and leaves the others alone', async (fail, code) => {
    await during(asker, 'network.dns', { fail, names: [name] }, async () => {
      expect((await resolving()).answer).toMatch(code);
      expect((await resolving(asker.id.slice(0, 12))).answer).toEqual([await asker.address()]);
    });
  });

  it('is what a peer named by its host name is found with, as the target would', async () => {
    await using peer = await startContainer({ network });
    await using running = await echoServers(peer);
    expect(running).toBeDefined();
    const at = await peer.address();
    const reach = async () => (await ask<Connected>(asker, 'connecting', at, '7000')).outcome;
    await during(asker, 'network.refuse', { peers: { host: peer.name } }, async () => {
      expect(await reach()).toBe('ECONNREFUSED');
    });
    expect(await reach()).toBe('hello');
  });

  it('gives a wrong answer', async () => {
    await during(asker, 'network.dns', { address: '192.0.2.7', names: [name] }, async () => {
      expect((await resolving()).answer).toEqual(['192.0.2.7']);
    });
  });

  it('lets answers wait', async () => {
    await during(asker, 'network.dns', { delay: '300ms' }, async () => {
      const { answer, took } = await resolving();
      expect(answer).toEqual([await asker.address()]);
      expect(took).toBeGreaterThanOrEqual(299);
    });
  });
});

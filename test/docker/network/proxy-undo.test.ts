import { networkDoctor } from '@bridge/chaos-injectors/network';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { helpersAt } from './helpers-at.ts';
import { context, faultIn } from './hold-plugin.ts';
import { holding } from './holding.ts';
import { ask, echoServers, inNetworkOf, witnessNetwork } from './namespace.ts';
import { openConnection } from './open-connection.ts';
import networkWithTargets from './plugin.ts';
import { fromDisk, targetOf } from './scene.ts';

const options = { paths: ['proxy' as const] };
const plugin = networkWithTargets(options);
const another = networkWithTargets(options);

let server: TestContainer;
let servers: AsyncDisposable;
let address = '';

beforeAll(async () => {
  server = await startContainer();
  address = await server.address();
  servers = await echoServers(server);
});
afterAll(async () => {
  await servers[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await plugin.close?.();
  await another.close?.();
});

async function prepared(container: TestContainer, type: string, given: object) {
  const fault = faultIn(plugin, type);
  const target = await targetOf(container.id);
  const params = fault.params.parse(given);
  const undo = fromDisk(fault, await fault.prepare(target, params, context));
  return { fault, undo, inject: () => fault.inject(target, params, undo, context) };
}
const SLOW = { delay: '300ms' };
const outcome = async (client: TestContainer) =>
  (await ask<{ outcome: string }>(client, 'connecting', address, '7000')).outcome;

describe('connections through the proxy', () => {
  it('are the new ones; they end with the fault, and open ones never notice', async () => {
    await using client = await startContainer();
    const before = await witnessNetwork(client);
    await using old = await openConnection(client, address);
    const { fault, undo, inject } = await prepared(client, 'network.latency', SLOW);
    await inject();
    await using fresh = await openConnection(client, address);
    expect(await fresh.roundTrip()).toBeGreaterThanOrEqual(299);
    expect(Math.min(await old.roundTrip(), await old.roundTrip(), await old.roundTrip())).toBeLessThan(299);
    const counted = await fault.counters?.(undo, context);
    expect(counted).toMatchObject({ injected: expect.any(Number) });
    // By another helper than the one whose child the proxy is, as the guardian does it.
    await faultIn(another, 'network.latency').revert(undo, context);
    expect(await fault.observe(undo, context)).toBe('absent');
    expect(await witnessNetwork(client)).toEqual(before);
    expect(await fresh.next()).toBe('end');
    expect(await outcome(client)).toBe('hello');
  });

  it('can be closed on one side: the answer still comes', async () => {
    await using client = await startContainer();
    const { fault, undo, inject } = await prepared(client, 'network.latency', { delay: '50ms', direction: 'both' });
    await inject();
    expect(await ask(client, 'halfClosing', address, '7000')).toEqual({ answer: 'hello' });
    await fault.revert(undo, context);
  });

  it('are reset where nobody listens', async () => {
    await using client = await startContainer();
    const { fault, undo, inject } = await prepared(client, 'network.latency', SLOW);
    await inject();
    const { outcome: refused } = await ask<{ outcome: string }>(client, 'connecting', address, '7009');
    expect(refused).toBe('ECONNRESET');
    await fault.revert(undo, context);
  });

  it('are in the hands of one proxy: a second fault is refused, and undoing it does not hurt the first', async () => {
    await using client = await startContainer();
    const first = await prepared(client, 'network.latency', { ...SLOW, direction: 'egress' });
    const second = await prepared(client, 'network.bandwidth', { rate: '1MB/s', direction: 'ingress' });
    await first.inject();
    await expect(second.inject()).rejects.toThrow(/another fault relays this target's connections/);
    await second.fault.revert(second.undo, context);
    expect(await first.fault.observe(first.undo, context)).toBe('present');
    await first.fault.revert(first.undo, context);
  });
});

describe('without the layers above', () => {
  it('the helper undoes it by itself when the process that holds it is killed', async () => {
    await using client = await startContainer();
    const before = await witnessNetwork(client);
    const child = await holding(client, 'network.latency', SLOW, options);
    await using connection = await openConnection(client, address);
    expect(await connection.roundTrip()).toBeGreaterThanOrEqual(299);
    child.kill('SIGKILL');
    await expect.poll(() => witnessNetwork(client), { timeout: 30_000 }).toEqual(before);
    expect(await connection.next()).toBe('end');
    await expect.poll(() => helpersAt(client), { timeout: 30_000 }).toEqual([]);
  });

  it('the helper undoes it by itself when the proxy dies', async () => {
    await using client = await startContainer();
    const before = await witnessNetwork(client);
    const { fault, undo, inject } = await prepared(client, 'network.latency', SLOW);
    await inject();
    const [helper = ''] = await helpersAt(client);
    const processes = await docker(['top', helper, '-eo', 'pid,args']);
    const [, pid] = /(\d+)\s+\/chaos\/tcp-relay/.exec(processes) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await expect.poll(() => witnessNetwork(client), { timeout: 30_000 }).toEqual(before);
    expect(await fault.observe(undo, context)).toBe('absent');
    expect(await outcome(client)).toBe('hello');
    await fault.revert(undo, context);
  });

  it('the kernel ends it with the lease when the helper is killed too, and the doctor removes what is left', async () => {
    await using client = await startContainer();
    const before = await witnessNetwork(client);
    const { fault, undo, inject } = await prepared(client, 'network.latency', SLOW);
    await inject();
    await using connection = await openConnection(client, address);
    const helpers = await helpersAt(client);
    await fault.renew?.(undo, 8_000, context);
    await docker(['kill', ...helpers]);
    expect(await connection.next()).toBe('end');
    await expect.poll(() => outcome(client), { timeout: 30_000 }).toBe('hello');
    expect(await inNetworkOf(client, 'iptables-save', '-t', 'nat')).toContain('REDIRECT');
    expect(await fault.observe(undo, context)).toBe('absent');
    await another.close?.();
    const found = await networkDoctor({ remove: true });
    expect(found.filter(({ container }) => container === client.name)).toContainEqual(
      expect.objectContaining({ kind: 'leftover' }),
    );
    await fault.revert(undo, context);
    expect(await witnessNetwork(client)).toEqual(before);
  });
});

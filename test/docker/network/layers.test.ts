import { afterAll, describe, expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { helpersAt } from './helpers-at.ts';
import { underFault } from './hold.ts';
import { context, faultOf, plugin } from './hold-plugin.ts';
import { holding } from './holding.ts';
import { inNetworkOf, witnessNetwork } from './namespace.ts';
import { targetOf } from './scene.ts';

afterAll(async () => plugin.close?.());

describe('without the layers above', () => {
  it.each([
    ['network.blackhole', {}],
    ['network.bandwidth', { rate: '1MB/s', direction: 'both' }],
    ['network.latency', { delay: '50ms' }],
  ])('the helper undoes %s by itself when the process that holds it is killed', async (type, params) => {
    await using web = await startContainer();
    const before = await witnessNetwork(web);
    const child = await holding(web, type, params);
    expect(await witnessNetwork(web)).not.toEqual(before);
    child.kill('SIGKILL');
    await expect.poll(() => witnessNetwork(web), { timeout: 10_000 }).toEqual(before);
    await expect.poll(() => helpersAt(web), { timeout: 10_000 }).toEqual([]);
  });

  it('the helper undoes at the end of its lease when the process that holds it hangs', async () => {
    await using web = await startContainer();
    const before = await witnessNetwork(web);
    const { fault, undo } = await underFault(web, 'network.blackhole');
    expect(await fault.observe(undo, context)).toBe('present');
    await fault.renew?.(undo, 4_000, context);
    await expect.poll(() => witnessNetwork(web), { timeout: 20_000 }).toEqual(before);
  });

  it('the kernel ignores the rules after the lease when the helper is killed too', async () => {
    await using web = await startContainer();
    const { fault, undo } = await underFault(web, 'network.blackhole');
    const helpers = await helpersAt(web);
    // Long enough for what is done until the first ping; it counts in whole seconds, up to two of which are cut off.
    await fault.renew?.(undo, 8_000, context);
    await docker(['kill', ...helpers]);
    const ping = () =>
      inNetworkOf(web, '/bin/busybox', 'ping', '-c', '1', '-W', '1', '172.17.0.1').then(
        () => 'answered',
        () => 'lost',
      );
    expect(await ping()).toBe('lost');
    await expect.poll(ping, { timeout: 20_000 }).toBe('answered');
    expect((await witnessNetwork(web)).rules.join('\n')).toContain('CHAOS_');
    expect(await fault.observe(undo, context)).toBe('absent');
    await fault.revert(undo, context);
    expect((await witnessNetwork(web)).rules).toEqual([]);
  });

  it('packets flow at once when the packet queue dies', async () => {
    await using web = await startContainer();
    const { fault, undo } = await underFault(web, 'network.latency', { delay: '5s' });
    await docker(['kill', ...(await helpersAt(web))]);
    await inNetworkOf(web, '/bin/busybox', 'ping', '-c', '1', '-W', '2', '172.17.0.1');
    expect(await fault.observe(undo, context)).toBe('absent');
    await fault.revert(undo, context);
    expect((await witnessNetwork(web)).rules).toEqual([]);
  });

  it('a restarted target is without the fault, which is gone, and so is the helper in the dead network', async () => {
    await using web = await startContainer();
    const { fault, undo } = await underFault(web, 'network.blackhole');
    await docker(['restart', '--time', '0', web.id]);
    expect(await fault.observe(undo, context)).toBe('gone');
    await fault.revert(undo, context);
    expect((await witnessNetwork(web)).rules).toEqual([]);
    await expect.poll(() => helpersAt(web), { timeout: 10_000 }).toEqual([]);
  });
});

describe('what a container must offer', () => {
  it.each([
    ['host', /network of its host/],
    ['none', /has no network/],
  ])('network mode %s is refused with a remedy', async (mode, reason) => {
    await using web = await startContainer({ network: mode });
    const fault = faultOf('network.blackhole');
    const answer = await fault.feasible?.(await targetOf(web.id), fault.params.parse({}), context);
    expect(answer).toMatchObject({ possible: false, reason: expect.stringMatching(reason) });
  });

  it('a borrowed network is refused, and the owner named', async () => {
    await using owner = await startContainer();
    await using web = await startContainer({ network: `container:${owner.id}` });
    const fault = faultOf('network.latency');
    const target = await targetOf(web.id);
    const params = fault.params.parse({ delay: '10ms' });
    expect(await fault.feasible?.(target, params, context)).toMatchObject({
      possible: false,
      reason: expect.stringContaining(owner.id.slice(0, 12)),
    });
    await expect(fault.prepare(target, params, context)).rejects.toThrow(/CHAOS_FAULT_IMPOSSIBLE/);
  });

  it('a queue that somebody else put on its device is left alone, and the fault fails whole', async () => {
    await using web = await startContainer();
    await inNetworkOf(web, 'tc', 'qdisc', 'add', 'dev', 'eth0', 'root', 'handle', '1:', 'htb');
    const before = await witnessNetwork(web);
    const fault = faultOf('network.bandwidth');
    const target = await targetOf(web.id);
    const params = fault.params.parse({ rate: '1MB/s' });
    const undo = await fault.prepare(target, params, context);
    await expect(fault.inject(target, params, undo, context)).rejects.toThrow(/CHAOS_FAULT_FAILED/);
    await fault.revert(undo, context);
    expect(await witnessNetwork(web)).toEqual(before);
  });
});

describe('the helper', () => {
  it('has no right but NET_ADMIN, and NET_RAW where copies are sent', async () => {
    await using web = await startContainer();
    for (const [type, given, rights] of [
      ['network.blackhole', {}, '["NET_ADMIN"]'],
      ['network.duplicate', { perPacket: 0.5 }, '["NET_ADMIN","NET_RAW"]'],
    ] as const) {
      const fault = faultOf(type);
      const target = await targetOf(web.id);
      const params = fault.params.parse(given);
      const undo = await fault.prepare(target, params, context);
      await fault.inject(target, params, undo, context);
      const caps = await Promise.all(
        (await helpersAt(web)).map((id) => docker(['inspect', '--format', '{{json .HostConfig.CapAdd}}', id])),
      );
      expect(caps).toContain(rights);
      await fault.revert(undo, context);
    }
  });

  it('is one image of less than 15 MB', async () => {
    const sizes = await docker(['images', '--format', '{{.Size}}', 'localhost/bridge-chaos/network']);
    expect(sizes.split('\n')).toHaveLength(1);
    expect(Number.parseFloat(sizes)).toBeLessThan(15);
    expect(sizes).toMatch(/MB$/);
  });
});

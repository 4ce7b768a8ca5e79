import { networkDoctor } from '@bridge/chaos-injectors/network';
import { afterAll, describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { helpersAt } from './helpers-at.ts';
import { context, faultIn, plugin } from './hold-plugin.ts';
import { inNetworkOf, witnessNetwork } from './namespace.ts';
import networkWithTargets from './plugin.ts';
import { targetOf } from './scene.ts';

const led = networkWithTargets({ paths: ['ifb'] });
afterAll(async () => {
  await Promise.all([plugin.close?.(), led.close?.()]);
});

async function inject(container: TestContainer, type: string, given: object, from = plugin) {
  const fault = faultIn(from, type);
  const target = await targetOf(container.id);
  const params = fault.params.parse(given);
  const undo = await fault.prepare(target, params, context);
  await fault.inject(target, params, undo, context);
  return { fault, undo };
}

describe('the network doctor', () => {
  it('sees what a helper holds and does not touch it', async () => {
    await using web = await startContainer();
    const { fault, undo } = await inject(web, 'network.blackhole', {});
    const found = await networkDoctor({ remove: true });
    expect(found).toContainEqual(expect.objectContaining({ kind: 'leftover', container: web.name, state: 'held' }));
    expect(await fault.observe(undo, context)).toBe('present');
    await fault.revert(undo, context);
  });

  it('removes what a killed helper left behind, rules and queues alike, and names what is not ours', async () => {
    await using web = await startContainer();
    await inNetworkOf(web, 'iptables', '-A', 'INPUT', '-s', '192.0.2.9', '-j', 'DROP');
    const before = await witnessNetwork(web);
    await inject(web, 'network.bandwidth', { rate: '1MB/s', direction: 'both' });
    await docker(['kill', ...(await helpersAt(web))]);
    expect(await witnessNetwork(web)).not.toEqual(before);

    const looked = (await networkDoctor()).filter(({ container }) => container === web.name);
    expect(looked).toEqual([
      expect.objectContaining({ kind: 'leftover', state: 'left' }),
      expect.objectContaining({ kind: 'foreign', what: [expect.stringContaining('192.0.2.9/32 -j DROP')] }),
    ]);
    await networkDoctor({ remove: true });
    expect(await witnessNetwork(web)).toEqual(before);
    expect((await networkDoctor()).filter(({ container }) => container === web.name)).toEqual([
      expect.objectContaining({ kind: 'foreign' }),
    ]);
  });

  it('removes a device that arriving packets were led through, without losing any', async () => {
    await using web = await startContainer();
    const before = await witnessNetwork(web);
    await inject(web, 'network.bandwidth', { rate: '1MB/s', direction: 'ingress' }, led);
    await docker(['kill', ...(await helpersAt(web))]);
    const found = await networkDoctor({ remove: true });
    expect(found.filter(({ container }) => container === web.name)).toEqual([
      expect.objectContaining({ kind: 'leftover', state: 'removed' }),
    ]);
    expect(await witnessNetwork(web)).toEqual(before);
    expect(await inNetworkOf(web, 'ip', 'link', 'show')).not.toContain('cifb');
    await inNetworkOf(web, '/bin/busybox', 'ping', '-c', '1', '-W', '5', '172.17.0.1');
  });

  it('removes a helper whose target has restarted', async () => {
    await using web = await startContainer();
    await inject(web, 'network.blackhole', {});
    const [helper = ''] = await helpersAt(web);
    await docker(['restart', '--time', '0', web.id]);
    expect(await helpersAt(web)).toEqual([helper]);
    const found = await networkDoctor({ remove: true });
    expect(found).toContainEqual(expect.objectContaining({ kind: 'stale-helper', state: 'removed' }));
    await expect.poll(() => helpersAt(web)).toEqual([]);
  });
});

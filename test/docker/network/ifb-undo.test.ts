import { afterAll, expect, it } from 'vitest';
import { netnsRecord } from '../../../packages/injectors/src/network/fault/netns-record.ts';
import { inboundDevice } from '../../../packages/injectors/src/network/rules/arrangement.ts';
import { startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { context, faultIn } from './hold-plugin.ts';
import { inNetworkOf, witnessNetwork } from './namespace.ts';
import networkWithTargets from './plugin.ts';
import { targetOf } from './scene.ts';

const plugin = networkWithTargets({ paths: ['ifb'] });
afterAll(async () => plugin.close?.());

const INGRESS = ['tc', 'qdisc', 'add', 'dev', 'eth0', 'handle', 'ffff:', 'ingress'] as const;

async function prepared(container: TestContainer) {
  const fault = faultIn(plugin, 'network.bandwidth');
  const target = await targetOf(container.id);
  const params = fault.params.parse({ rate: '1MB/s', direction: 'ingress' });
  const undo = await fault.prepare(target, params, context);
  return { fault, undo, inject: () => fault.inject(target, params, undo, context) };
}

it('removes a queue whose maker was killed before its first filter', async () => {
  await using web = await startContainer();
  const before = await witnessNetwork(web);
  const { fault, undo } = await prepared(web);
  const own = inboundDevice(netnsRecord.parse(undo).tag);
  await inNetworkOf(web, 'ip', 'link', 'add', own, 'type', 'ifb');
  await inNetworkOf(web, ...INGRESS);
  await fault.revert(undo, context);
  expect(await witnessNetwork(web)).toEqual(before);
  expect(await inNetworkOf(web, 'ip', 'link', 'show')).not.toContain(own);
});

it("leaves somebody else's queue without filters alone, and the fault fails whole", async () => {
  await using web = await startContainer();
  await inNetworkOf(web, ...INGRESS);
  const before = await witnessNetwork(web);
  const { fault, undo, inject } = await prepared(web);
  await expect(inject()).rejects.toThrow(/CHAOS_FAULT_FAILED.*qdisc ingress ffff: dev eth0/);
  await fault.revert(undo, context);
  expect(await witnessNetwork(web)).toEqual(before);
});

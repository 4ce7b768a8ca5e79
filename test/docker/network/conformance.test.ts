import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { faultIn, plugin } from './hold-plugin.ts';
import { witnessNetwork } from './namespace.ts';
import networkWithTargets from './plugin.ts';
import { targetOf } from './scene.ts';

const FAULTS: Readonly<Record<string, JsonObject>> = {
  'network.blackhole': { peers: '192.0.2.0/24' },
  'network.refuse': { ports: 5432 },
  'network.reset': { peers: ['192.0.2.1', '2001:db8::1'] },
  'network.partition': { peers: '192.0.2.1' },
  'network.latency': { delay: '50ms', jitter: '5ms' },
  'network.loss': { perPacket: 0.1 },
  'network.duplicate': { perPacket: 0.1 },
  'network.corrupt': { perPacket: 0.1, direction: 'egress' },
  'network.reorder': { perPacket: 0.1 },
  'network.bandwidth': { rate: '1MB/s', direction: 'both' },
  'network.dns': { fail: 'nxdomain', names: ['example.com'] },
  'network.disconnect': {},
};

/** As on kernels with neither netem nor NFQUEUE. */
const proxied = networkWithTargets({ paths: ['proxy'] });
const led = networkWithTargets({ paths: ['ifb'] });
const FORCED = [
  { path: 'proxy', from: proxied, type: 'network.latency', params: { delay: '50ms', jitter: '5ms' } },
  { path: 'ifb', from: led, type: 'network.bandwidth', params: { rate: '1MB/s', direction: 'ingress', ports: 5432 } },
];

// With a subnet of its own Docker gives addresses out on request, so that a disconnected container gets its own back.
const network = `chaos-test-conformance-${process.pid}`;
const subnet = `10.${100 + (process.pid % 100)}.${process.pid % 250}.0/24`;
beforeAll(async () => {
  await docker(['network', 'create', '--subnet', subnet, network]);
});
afterAll(async () => {
  await Promise.all([plugin.close?.(), proxied.close?.(), led.close?.()]);
  await docker(['network', 'rm', network]);
});

function harnessOf(params: JsonObject, from = plugin): FaultHarness {
  return {
    plugin: from,
    // Far more than a guardian needs on a machine that has time.
    cleanWithin: 60_000,
    async make() {
      const container = await startContainer({ network, flags: ['--network-alias', 'web'] });
      return {
        target: await targetOf(container.id),
        params,
        async witness() {
          const format = '{{json .NetworkSettings.Networks}}';
          const networks: Record<string, Record<string, unknown>> = JSON.parse(
            await docker(['inspect', '--format', format, container.id]),
          );
          const endpoints = Object.entries(networks).map(([name, endpoint]) => [
            name,
            String(endpoint['IPAddress']),
            String(endpoint['MacAddress']),
            [...new Set(Array.isArray(endpoint['Aliases']) ? endpoint['Aliases'].map(String) : [])].sort().join(),
          ]);
          const { rules, queues } = await witnessNetwork(container);
          // Docker gives a network that is connected again the next free interface name: eth0 comes back as eth1.
          return { endpoints, rules, queues: queues.map((line) => line.replace(/ dev eth\d+ /, ' dev eth ')) };
        },
        [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
      };
    },
  };
}

/**
 * One fault of packet rules, one of the packet queue, whose engines are killed at every step. The others share these, so
 * they are killed where most is to be undone, and at the other steps when asked.
 */
const KILLED = ['network.blackhole', 'network.latency'];
const all = process.env['CHAOS_CONFORMANCE'] === 'all';

describe.each(Object.entries(FAULTS))('%s', (type, params) => {
  for (const { name, kind, run } of conformanceChecks(faultIn(plugin, type), harnessOf(params))) {
    if (kind === 'verbs' || all || KILLED.includes(type) || name.startsWith('SIGKILL at inject:after')) {
      it(name, run, 240_000);
    }
  }
});

describe.each(FORCED)('$type by $path', ({ from, type, params }) => {
  for (const { name, kind, run } of conformanceChecks(faultIn(from, type), harnessOf(params, from))) {
    if (kind === 'verbs' || all) it(name, run);
  }
});

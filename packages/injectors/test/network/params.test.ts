import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { network } from '../../src/network/plugin.ts';

const { faults } = network();

function parse(type: string, params: object) {
  const fault = faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`no fault ${type}`);
  return fault.params.safeParse(params);
}

describe('params of network faults', () => {
  it.each([
    ['network.latency', { delay: '400ms', jitter: '50ms', correlation: 0.25, distribution: 'pareto' }],
    ['network.loss', { perPacket: 0.1, correlation: 0.5, ports: ['8000-8999', 443], protocol: 'tcp' }],
    ['network.loss', { bursts: { enter: 0.01, leave: 0.2 } }],
    ['network.blackhole', { peers: ['10.0.0.0/8', '2001:db8::/32', { host: 'db.internal' }, { container: 'db' }] }],
    ['network.partition', { split: { group: { labels: { app: 'quorum' } }, share: 0.5 } }],
    ['network.dns', { address: '2001:db8::7', names: ['*.example.com'] }],
    ['network.bandwidth', { rate: '8mbit/s', direction: 'both' }],
  ])('%s takes %j', (type, params) => {
    expect(parse(type, params)).toMatchObject({ success: true });
  });

  it.each([
    ['network.latency', { delay: 0 }],
    ['network.latency', { delay: '10ms', jitter: '20ms' }],
    ['network.latency', { delay: '2h' }],
    ['network.loss', {}],
    ['network.loss', { perPacket: 0.1, every: 2 }],
    ['network.loss', { perPacket: 10 }],
    ['network.loss', { every: 2, correlation: 0.5 }],
    ['network.blackhole', { peers: '10.0.0.0/33' }],
    ['network.blackhole', { peers: [] }],
    ['network.blackhole', { ports: 0 }],
    ['network.blackhole', { ports: '9000-8000' }],
    ['network.blackhole', { protocol: 'icmp', ports: 7 }],
    ['network.reset', { protocol: 'udp' }],
    ['network.partition', {}],
    ['network.partition', { peers: '10.0.0.1', split: { group: 'a' } }],
    ['network.dns', { fail: 'nxdomain', delay: '1s' }],
    ['network.bandwidth', { rate: '10B/s' }],
    ['network.latency', { delay: '10ms', unknown: 1 }],
  ])('%s refuses %j', (type, params) => {
    expect(parse(type, params)).toMatchObject({ success: false });
  });

  it.each([
    [{ host: 'unix:///var/run/docker.sock' }],
    [{ paths: [] }],
    [{ paths: ['proxy', 'proxy'] }],
    [{ paths: ['nfqueue'] }],
  ])('refuses options it does not know: %j', (wrong: object) => {
    let thrown: unknown;
    try {
      network(wrong);
    } catch (error) {
      thrown = error;
    }
    expect(isChaosError(thrown, 'CHAOS_OPTIONS_INVALID')).toBe(true);
    expect(String(thrown)).toContain('network()');
  });
});

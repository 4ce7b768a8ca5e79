import { describe, expect, it } from 'vitest';
import { proxies } from '../../src/proxy/plugin.ts';
import { proxyQuery } from '../../src/proxy/target.ts';
import type { ProxyFaultType } from './inject.ts';

const WRONG: readonly [ProxyFaultType, object, string][] = [
  ['proxy.latency', {}, 'delay'],
  ['proxy.latency', { delay: '0ms' }, 'delay'],
  ['proxy.latency', { delay: '10ms', jitter: '11ms' }, 'jitter'],
  ['proxy.latency', { delay: '10ms', perConnection: 0 }, 'perConnection'],
  ['proxy.latency', { delay: '10ms', perConnection: 7 }, 'perConnection'],
  ['proxy.latency', { delay: '10ms', direction: 'down' }, 'direction'],
  ['proxy.latency', { delay: '10ms', scope: 'old' }, 'scope'],
  ['proxy.bandwidth', { rate: '0MB/s' }, 'rate'],
  ['proxy.bandwidth', { rate: '-1MB/s' }, 'rate'],
  ['proxy.slice', { size: '0B' }, 'size'],
  ['proxy.slice', { size: '10B', variation: '10B' }, 'variation'],
  ['proxy.slice', { size: '10B', pause: 0 }, 'pause'],
  ['proxy.limit', {}, 'bytes'],
];

describe('params', () => {
  it.each(WRONG)('%s refuses %o and names the path', (type, params, path) => {
    const fault = proxies().faults.find((candidate) => candidate.type === type);
    const parsed = fault?.params.safeParse(params);
    expect(parsed?.error?.issues.map((issue) => issue.path[0])).toContain(path);
  });

  it('refuse takes none: a typo is an error, not ignored', () => {
    expect(proxies().faults[4].params.safeParse({ perConnection: 0.5 }).success).toBe(false);
  });

  it('a selector is a name, or a name and labels', () => {
    const valid = ['db', { name: 'db' }, { labels: { tier: 'data' } }, { name: 'db', labels: {} }];
    const invalid = ['', {}, { label: 'x' }, 7];
    expect(valid.map((query) => proxyQuery.safeParse(query).success)).toEqual([true, true, true, true]);
    expect(invalid.map((query) => proxyQuery.safeParse(query).success)).toEqual([false, false, false, false]);
  });
});

import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { describe, it } from 'vitest';
import { proxies } from '../../src/proxy/plugin.ts';
import { proxyHarness } from './proxy-harness.ts';

/** Undone by the same means as `proxy.refuse` and `proxy.http`, which are: their engines are killed only when asked. */
const NOT_KILLED = ['proxy.down', 'proxy.certificate'];
const everything = process.env['CHAOS_CONFORMANCE'] === 'all';

describe.each(proxies().faults.map((fault) => [fault.type, fault] as const))('%s', (type, fault) => {
  for (const { name, kind, run } of conformanceChecks(fault, proxyHarness(type))) {
    const killing = kind === 'crash' && !everything && NOT_KILLED.includes(type);
    if (!killing) it.concurrent(name, run, 60_000);
  }
});

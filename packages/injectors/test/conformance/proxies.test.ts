import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { describe, it } from 'vitest';
import { proxies } from '../../src/proxy/plugin.ts';
import { proxyHarness } from './proxy-harness.ts';

describe.each(proxies().faults.map((fault) => [fault.type, fault] as const))('%s', (type, fault) => {
  for (const { name, run } of conformanceChecks(fault, proxyHarness(type))) it.concurrent(name, run, 60_000);
});

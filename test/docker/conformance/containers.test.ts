import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { describe, it } from 'vitest';
import { plugin } from '../container/harness.ts';
import { containerHarness } from './container-harness.ts';

describe.each(plugin.faults.map((fault) => [fault.type, fault] as const))('%s', (type, fault) => {
  for (const { name, run } of conformanceChecks(fault, containerHarness(type))) it.concurrent(name, run, 240_000);
});

import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { processes } from '@bridge/chaos-injectors';
import { describe, it } from 'vitest';
import { processHarness } from './process-harness.ts';

describe.each(processes().faults.map((fault) => [fault.type, fault] as const))('%s', (type, fault) => {
  for (const { name, run } of conformanceChecks(fault, processHarness(type))) it.concurrent(name, run, 60_000);
});

import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { describe, it } from 'vitest';
import { containerHarness, LIFE_FAULTS } from './container-harness.ts';

describe.each(LIFE_FAULTS.map((fault) => [fault.type, fault] as const))('%s', (type, fault) => {
  for (const { name, run } of conformanceChecks(fault, containerHarness(type))) it.concurrent(name, run, 240_000);
});

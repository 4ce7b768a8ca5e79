import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { afterAll, describe, it } from 'vitest';
import { pressingOn } from './pressing-on.ts';
import { processHarness } from './process-harness.ts';
import processResources from './process-resources.ts';

const plugin = processResources();
afterAll(() => plugin.close?.());

const harnessOf = (params: JsonObject) =>
  processHarness({ plugin, params, witness: async (pid) => (await pressingOn(pid)).length });

const PARAMS: Readonly<Record<string, JsonObject>> = {
  'process.cpu-stress': { cores: 2, load: 0.05 },
  'process.memory-stress': { level: '2MiB' },
};
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
const STEPS = ['inject:after', 'revert:before', 'engine and guardian killed'];

describe.runIf(process.platform === 'linux').each(Object.entries(PARAMS))('%s', (type, params) => {
  for (const { name, kind, run } of conformanceChecks({ type }, harnessOf(params))) {
    const steps = type === 'process.cpu-stress' ? STEPS : STEPS.slice(0, 1);
    const chosen = kind === 'verbs' || steps.some((step) => name.includes(step));
    if (all || chosen) it.concurrent(name, run, 120_000);
  }
});

import { readdir, readFile } from 'node:fs/promises';
import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { afterAll, describe, it } from 'vitest';
import { startProgram, targetOf } from '../process/child.ts';
import processResources from './process-resources.ts';

const plugin = processResources();
afterAll(() => plugin.close?.());

/** Processes that press on this one, by the arguments they were given. */
async function pressingOn(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(pids.map((one) => readFile(`/proc/${one}/cmdline`, 'utf8').catch(() => '')));
  return lines.filter((line) => line.includes('\0hold\0') && line.includes(`\0-\0${pid}\0`)).length;
}

function harnessOf(params: JsonObject): FaultHarness {
  return {
    plugin,
    async make() {
      const sleep = await startProgram('sleep', ['infinity']);
      return {
        target: await targetOf(sleep.pid),
        params,
        witness: () => pressingOn(sleep.pid),
        [Symbol.asyncDispose]: async () => sleep[Symbol.dispose](),
      };
    },
  };
}

const PARAMS: Readonly<Record<string, JsonObject>> = {
  'process.cpu-stress': { cores: 2, load: 0.05 },
  'process.memory-stress': { level: '2MiB' },
};
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
const STEPS = ['inject:after', 'revert:before', 'engine and guardian killed'];

describe.runIf(process.platform === 'linux').each(Object.entries(PARAMS))('%s', (type, params) => {
  for (const { name, kind, run } of conformanceChecks({ type }, harnessOf(params))) {
    const first = type === 'process.cpu-stress';
    const chosen = first && (kind === 'verbs' || STEPS.some((step) => name.includes(step)));
    if (all || chosen || name.startsWith('revert puts back')) it.concurrent(name, run, 120_000);
  }
});

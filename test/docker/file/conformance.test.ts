import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks, type FaultHarness } from '@bridge/chaos-core/testkit';
import { files } from '@bridge/chaos-injectors';
import { afterAll, describe, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { fileIn } from './file-in.ts';

const FAULTS: Readonly<Record<string, JsonObject>> = {
  'file.replace': { text: 'something else' },
  'file.hide': {},
  'file.permission': { mode: '000', owner: 7 },
  'file.corrupt': { bytes: 2 },
  'file.edit': { format: 'text', find: 'pool', put: 'pond' },
  'file.truncate': { keep: '2B' },
};

const plugin = files({ containerRoots: ['/app'] });
afterAll(() => plugin.close?.());

const SCRIPT = 'mkdir /app; echo pool=10 >/app/it; chmod 640 /app/it; chown 5:6 /app/it; touch -d 2001-02-03 /app/it';

function harnessOf(params: JsonObject): FaultHarness {
  return {
    plugin,
    async make() {
      const container = await startContainer();
      await container.exec('sh', '-c', SCRIPT);
      return {
        target: await fileIn(plugin, container.id, '/app/it'),
        params,
        witness: () => docker(['exec', container.id, 'sh', '-c', 'cd /app; stat -c "%n %i %a %u %g %y" *; md5sum *']),
        [Symbol.asyncDispose]: () => container[Symbol.asyncDispose](),
      };
    },
  };
}

const all = process.env['CHAOS_CONFORMANCE'] === 'all';
/** The verbs are those of host files, whose engines are killed at every step; here a few are enough to see the agent. */
const STEPS = ['inject:after', 'engine and guardian killed'];
const VERBS = ['revert puts back exactly what was there', 'revert works although', 'another copy', 'two at once'];

describe.each(Object.entries(FAULTS))('%s in a container', (type, params) => {
  const fault = plugin.faults.find((one) => one.type === type);
  if (fault === undefined) throw new Error(`There is no ${type}.`);
  for (const { name, run } of conformanceChecks(fault, harnessOf(params))) {
    const chosen = type === 'file.replace' && STEPS.some((step) => name.includes(step));
    const quick = VERBS.some((step) => name.startsWith(step)) && (type === 'file.replace' || name === VERBS[0]);
    if (all || chosen || quick) it.concurrent(name, run, 240_000);
  }
});

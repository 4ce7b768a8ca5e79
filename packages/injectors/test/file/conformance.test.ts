import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { afterAll, describe, it } from 'vitest';
import { files } from '../../src/file/plugin.ts';
import { fileHarness, testFolder } from './file-harness.ts';

const folder = await testFolder();
afterAll(() => folder[Symbol.asyncDispose]());

/** The others share their verbs with the first and are killed at one of these steps; the second has its own verbs. */
const KILLED = ['file.replace', 'file.append'];
const STEPS = ['inject:before', 'inject:after', 'revert:before', 'revert:after', 'engine and guardian killed'];
const all = process.env['CHAOS_CONFORMANCE'] === 'all';

describe.each(files().faults.map((fault) => [fault.type, fault] as const))('%s', (type, fault) => {
  for (const { name, kind, run } of conformanceChecks(fault, fileHarness(type, folder.path))) {
    const steps = KILLED.includes(type) ? STEPS : STEPS.slice(1, 2);
    const chosen = steps.some((step) => name.includes(step));
    if (kind === 'verbs' || all || chosen) it.concurrent(name, run, 120_000);
  }
});

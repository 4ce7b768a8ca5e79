import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

const path = z.string().startsWith('/', { error: 'expected an absolute path' });
/** Every occurrence of a text becomes another one. */
const patch = z.strictObject({ find: z.string().min(1), put: z.string() });

/** CE001: source code that no longer parses. Needs `files()`. */
export const syntaxErrorInMain = defineCard({
  id: 'CE001',
  name: 'Syntax Error in Main',
  category: 'Code Error',
  hypothesis:
    'Code that no longer parses is noticed, repaired by a patch and checked by the tests, without anybody asking.',
  risk: 2,
  owner: 'development',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('syntax-error', 'source_error'),
    /** The source file. */
    file: path,
    /** How it is broken. */
    patch,
  }),
  drill: ({ file, patch: broken, ...system }) => drillOf(system, codePatch(file, broken)),
});

/** CE002: a module that imports what is not there. Needs `files()`. */
export const importError = defineCard({
  id: 'CE002',
  name: 'Import Error',
  category: 'Code Error',
  hypothesis: 'An import that leads nowhere is noticed before a restart would fail, and repaired by a patch.',
  risk: 1.5,
  owner: 'development',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('import-error', 'source_error'),
    /** The file that imports. */
    file: path,
    /** What it imports, as it is written there. */
    specifier: z.string().min(1),
  }),
  drill: ({ file, specifier, ...system }) =>
    drillOf(system, codePatch(file, { find: specifier, put: `${specifier}.missing` })),
});

function codePatch(file: string, { find, put }: z.output<typeof patch>) {
  const tasks = { count: 1, name: 'generate_patch' };
  return { type: 'file.edit', on: { file }, params: { format: 'text', find, put }, tasks };
}

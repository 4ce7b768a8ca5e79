import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** DEP001: a program is gone from the PATH. Needs `files()`. */
export const missingProgram = defineCard({
  id: 'DEP001',
  name: 'Missing Binary',
  category: 'Dependency',
  hypothesis: 'A program that is gone from the PATH is put back from its snapshot.',
  risk: 1,
  owner: 'operations',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('missing-binary', 'missing_binary'),
    /** Absolute path of the program. */
    program: z.string().startsWith('/'),
  }),
  drill: ({ program, ...system }) => drillOf(system, { type: 'file.hide', on: { file: program } }),
});

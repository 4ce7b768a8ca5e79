import { defineCard } from '@bridge/chaos-core';
import * as z from 'zod';
import { drilledSystem, drillOf, expected } from './drilled-system.ts';

/** SEC001: a secret that was made up is written to a log. Needs `files()`. */
export const secretLeak = defineCard({
  id: 'SEC001',
  name: 'Secret Leak',
  category: 'Security',
  hypothesis:
    'A secret in a log is noticed; somebody is told, a task is opened, and the service that leaks stands still.',
  risk: 3,
  owner: 'security',
  parameters: z.strictObject({
    ...drilledSystem,
    ...expected('secret-in-log', 'secret_leak'),
    /** The log. */
    file: z.string().startsWith('/'),
    /** The line. Default: one with a password that opens nothing. */
    line: z.string().min(1).default('connecting with password=made-up-by-a-drill-it-opens-nothing'),
  }),
  drill: ({ file, line, ...system }) =>
    drillOf(system, {
      type: 'file.append',
      on: { file },
      params: { lines: [line] },
      tasks: { count: 1, name: 'open_task' },
    }),
});

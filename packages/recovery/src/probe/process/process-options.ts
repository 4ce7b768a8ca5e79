import { size } from '@bridge/chaos-core';
import * as z from 'zod';
import { numberExpectation } from '../expectation/number-expectation.ts';
import { pattern } from '../expectation/text-expectation.ts';

const WAYS = ['pid', 'pidFile', 'program', 'commandLine'] as const;

/** Options of the `process` probe: exactly one of `pid`, `pidFile`, `program` and `commandLine`. */
export const processOptions = z
  .strictObject({
    pid: z.int({ error: 'expected a process id' }).min(1).optional(),
    /** File whose first line is a process id; read at every check. */
    pidFile: z.string().min(1).optional(),
    /** Name of the program without its path, as `ps -o comm` shows it (at most 15 characters). */
    program: z
      .string()
      .min(1)
      .max(15, { error: 'expected at most 15 characters: Linux keeps no more of a name' })
      .optional(),
    /** Pattern looked for in the command line, arguments separated by spaces. This process itself never matches. */
    commandLine: pattern.optional(),
    expect: z
      .strictObject({
        /** Processes that run: zombies and stopped ones do not. Default at least 1. */
        count: numberExpectation.default({ atLeast: 1 }),
        /** Most resident memory of any one of them, for example "512MiB". */
        memoryAtMost: size.optional(),
      })
      .prefault({}),
  })
  .superRefine((options, context) => {
    const given = WAYS.filter((way) => options[way] !== undefined);
    if (given.length === 1) return;
    const message = `expected exactly one of ${WAYS.join(', ')}, got ${given.length === 0 ? 'none' : given.join(' and ')}`;
    context.addIssue({ code: 'custom', path: [given[1] ?? 'pid'], message });
  });

export type ProcessOptions = z.output<typeof processOptions>;

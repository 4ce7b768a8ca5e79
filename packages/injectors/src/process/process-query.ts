import { patternText } from '@bridge/chaos-core';
import * as z from 'zod';

const text = z.string().min(1);
const pid = z.int().positive();

const details = z
  .strictObject({
    pid: pid.optional(),
    /** Exact command name, as the kernel keeps it or as the file name of what was started. */
    name: text.optional(),
    /** Unanchored regular expression on the command line, arguments joined by one space. */
    commandMatches: patternText.optional(),
    /** Owner: user name or numeric id. */
    user: z.union([text, z.int().nonnegative()]).optional(),
    /** Pid of the parent. */
    parent: pid.optional(),
  })
  .refine((query) => Object.values(query).some((value) => value !== undefined), {
    error: 'expected at least one of pid, name, commandMatches, user, parent',
  });

/** What may stand under `process` in a selector: a pid, or an object whose members must all match. */
export const processQuery = z.union([pid.transform((one) => ({ pid: one })), details]).meta({ id: 'ProcessQuery' });

export type ProcessQuery = z.output<typeof details>;

import { isAbsolute, normalize } from 'node:path';
import * as z from 'zod';
import { containerQuery } from '../container/container-query.ts';

const path = z
  .string()
  .max(4000)
  .refine((text) => isAbsolute(text) && normalize(text) === text && text !== '/' && !/\/$|\0/.test(text), {
    error: 'expected the absolute path of a file, without "..", "//" and a slash at its end',
  });

/**
 * What may stand under `file` in a selector: an absolute path on this machine, or a path inside the containers that a
 * container query finds.
 */
export const fileQuery = z
  .union([path.transform((one) => ({ path: one })), z.strictObject({ path, container: containerQuery.optional() })])
  .meta({ id: 'FileQuery' });

export type FileQuery = z.output<typeof fileQuery>;

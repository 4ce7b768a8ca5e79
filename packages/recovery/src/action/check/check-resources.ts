import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import * as z from 'zod';
import type { Action } from '../action.ts';
import { readingAction } from '../reading-action.ts';

const share = z.number().gt(0).max(1);
const options = z.strictObject({
  /** Most load of the last minute, per processor. Default 0.9. */
  cpu: z.number().gt(0).default(0.9),
  /** Most memory in use. Default 0.9. */
  memory: share.default(0.9),
  /** Most space in use of the file system of `path`. Default 0.9. */
  disk: share.default(0.9),
  path: z.string().min(1).default('/'),
});

/** check_resources: load, memory and disk of this machine against bounds. */
export const checkResources: Action<'check_resources', typeof options> = readingAction(
  'check_resources',
  options,
  async ({ cpu, memory, disk, path }) => {
    const { blocks, bavail } = await statfs(path);
    const found = {
      cpu: (loadavg()[0] ?? 0) / availableParallelism(),
      memory: 1 - freemem() / totalmem(),
      disk: blocks === 0 ? 0 : 1 - bavail / blocks,
    };
    const over = Object.entries({ cpu, memory, disk }).flatMap(([name, limit]) => {
      const value = Reflect.get(found, name);
      return typeof value === 'number' && value > limit ? [`${name} at ${value.toFixed(2)}, at most ${limit}`] : [];
    });
    if (over.length === 0) return { is: 'good', output: found };
    return { is: 'bad', detail: over.join('; '), output: found };
  },
);

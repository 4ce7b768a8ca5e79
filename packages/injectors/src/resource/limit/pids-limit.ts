import * as z from 'zod';
import type { ResourceToolbox } from '../toolbox.ts';
import { type Limit, limitFault, noCgroup, notTighter, numberIn } from './limit-fault.ts';

const params = z.union([
  /** Processes and threads together. */
  z.strictObject({ limit: z.int().min(1).max(4_000_000) }),
  /** How many more than there are. */
  z.strictObject({ spare: z.int().min(0).max(4_000_000) }),
]);

export const PIDS_LIMIT: Limit<typeof params> = {
  params,
  risk: 'medium',
  what: 'pids',
  describe: (given) =>
    'limit' in given ? `at most ${given.limit} processes` : `at most ${given.spare} more processes`,
  async settings(given, read) {
    const found = await read('pids.max', 'pids.current');
    const [max, current] = [found.get('pids.max'), found.get('pids.current')];
    if (max === undefined || current === undefined) return noCgroup('pids');
    const wanted = 'limit' in given ? given.limit : Number(current) + given.spare;
    if (wanted >= numberIn(max)) return notTighter(`${max} processes`);
    return [{ file: 'pids.max', before: max, during: String(wanted) }];
  },
};

/** `resource.pids-limit`: no more processes and threads than that. Those that run go on; new ones fail with EAGAIN. */
export function pidsLimit(toolbox: ResourceToolbox) {
  return limitFault(toolbox, 'resource.pids-limit', PIDS_LIMIT);
}

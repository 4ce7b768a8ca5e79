import type { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { matchesWildcard, wildcard } from '../wildcard.ts';
import { momentaryFault } from './momentary-fault.ts';
import { livingWorkers } from './workers.ts';

/**
 * `app.worker-crash`: worker threads of the host end at once and without a word, whatever they were doing: exit code 1,
 * or 0 when they had barely started. Only threads started after `watchWorkers()` are known.
 */
export const appWorkerCrash = momentaryFault({
  type: 'app.worker-crash',
  params: z.strictObject({
    /** Name given as `new Worker(file, { name })`; `*` stands for anything. Default: any. Node 22.18 knows no names. */
    name: wildcard.default('*'),
    /** How many of them, drawn by the seed. Default 1. */
    count: z.int().positive().default(1),
  }),
  risk: 'high',
  obstacle: ({ name }) =>
    candidates(name).length > 0
      ? undefined
      : {
          possible: false,
          reason: `expected a worker thread named ${JSON.stringify(name)} that was started under watchWorkers(), there is none`,
          remedy: 'Call watchWorkers() when the process starts; leave `name` out where Node has no `worker.threadName`',
        },
  describe: ({ name, count }) => `end ${count} worker thread(s) named ${name}`,
  async strike({ name, count }, { random }) {
    const chosen = random.shuffle(candidates(name)).slice(0, count);
    await Promise.all(chosen.map((worker) => worker.terminate()));
    return chosen.length > 0;
  },
});

function candidates(pattern: string): Worker[] {
  return livingWorkers()
    .filter(({ name }) => matchesWildcard(pattern, name))
    .map(({ worker }) => worker);
}

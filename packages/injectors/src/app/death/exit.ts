import { isMainThread } from 'node:worker_threads';
import * as z from 'zod';
import { momentaryFault } from './momentary-fault.ts';

/**
 * `app.exit`: this process ends, now. The undo records of other faults are on disk by then; the guardian reverts what
 * outlives the process. Whoever supervises the process is under test.
 */
export const appExit = momentaryFault({
  type: 'app.exit',
  params: z
    .strictObject({
      /** `exit` runs exit handlers and nothing else; `abort` ends by SIGABRT; `kill` by SIGKILL. Default `exit`. */
      how: z.enum(['exit', 'abort', 'kill']).default('exit'),
      /** Only for `exit`. Default 1. */
      code: z.int().min(0).max(255).optional(),
    })
    .refine(({ how, code }) => how === 'exit' || code === undefined, {
      path: ['code'],
      error: 'expected a code only with how: "exit"',
    }),
  risk: 'critical',
  obstacle: () => (isMainThread ? undefined : IN_A_THREAD),
  describe: ({ how, code = 1 }) => (how === 'exit' ? `exit with code ${code}` : `end by ${how}`),
  async strike({ how, code = 1 }) {
    if (how === 'abort') process.abort();
    if (how === 'kill') process.kill(process.pid, 'SIGKILL');
    else process.exit(code);
    return false;
  },
});

const IN_A_THREAD = {
  possible: false,
  reason: 'the engine runs in a worker thread, which cannot end the process',
  remedy: 'Run the engine in the main thread',
} as const;

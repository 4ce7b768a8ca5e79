import * as z from 'zod';
import { hostLog } from './canary-log.ts';
import { momentaryFault } from './momentary-fault.ts';

/** Texts in the shape of real secrets that open nothing. Each carries the mark, to be told from a real leak. */
const SHAPES = {
  password: (mark: string) => `login failed, password=${mark}`,
  'bearer-token': (mark: string) => `upstream answered 401, Authorization: Bearer ${mark}`,
  'aws-access-key': (mark: string) => `s3 client made with AKIACHAOSCANARY00000 (${mark})`,
  'connection-string': (mark: string) => `connecting to postgres://app:${mark}@db.invalid:5432/app`,
} as const;

/**
 * `app.log-secret`: a marked canary secret appears in the logs. Does the scanner notice, and how soon? The canary opens
 * nothing. What was written cannot be taken back; search the logs for the mark to remove it.
 */
export const appLogSecret = momentaryFault({
  type: 'app.log-secret',
  params: z.strictObject({
    shape: z.enum(['password', 'bearer-token', 'aws-access-key', 'connection-string']).default('password'),
    /** What to search for. Default `chaos-canary-secret`. */
    mark: z
      .string()
      .regex(/^[\w.-]{8,100}$/)
      .default('chaos-canary-secret'),
    /** `logger` is the host's own, named with `writeCanariesTo()`. Default `logger`. */
    to: z.enum(['logger', 'stdout', 'stderr']).default('logger'),
  }),
  risk: 'low',
  obstacle: ({ to }) =>
    to !== 'logger' || hostLog() !== undefined
      ? undefined
      : {
          possible: false,
          reason: 'the logger of the host is not known',
          remedy: 'Name it with writeCanariesTo(), or write to stdout or stderr',
        },
  describe: ({ shape, mark, to }) => `write a canary ${shape} with the mark ${mark} to ${to}`,
  async strike({ shape, mark, to }) {
    const text = SHAPES[shape](mark);
    if (to === 'logger') {
      hostLog()?.(text);
      return hostLog() !== undefined;
    }
    return await new Promise((resolve) => {
      process[to].write(`${text}\n`, (error) => resolve(error === undefined || error === null));
    });
  },
});

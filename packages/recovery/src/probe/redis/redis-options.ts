import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { valueExpectation } from '../expectation/value-expectation.ts';

/** Options of the `redis` probe. Valkey, KeyDB and Dragonfly speak the same protocol. */
export const redisOptions = z.strictObject({
  /** `redis://user:password@host:6379/0`, `rediss://` for TLS. Write the password as a template: `${secrets.x}`. */
  url: z
    .url({ protocol: /^rediss?$/, error: 'expected a redis:// or rediss:// URL' })
    .default('redis://127.0.0.1:6379'),
  /** Path of a Unix socket instead of the URL's host and port. */
  socketPath: z.string().min(1).optional(),
  /** Command and arguments. Default PING. */
  command: z
    .array(z.string(), { error: 'expected an array: the command, then its arguments' })
    .min(1)
    .refine(([name]) => name !== '', { error: 'expected the name of a command', path: [0] })
    .default(['PING']),
  /** What the reply must be. Default: any that is no error. */
  expect: valueExpectation.optional(),
  /** A connection that is not open by then is given up. Default 10 s. */
  connectTimeout: duration.default(10_000),
});

export type RedisOptions = z.output<typeof redisOptions>;

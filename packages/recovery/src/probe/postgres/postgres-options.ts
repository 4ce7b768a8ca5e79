import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { numberExpectation } from '../expectation/number-expectation.ts';
import { valueExpectation } from '../expectation/value-expectation.ts';

/** Options of the `postgres` probe. What is not given comes from the PG* environment variables, as with psql. */
export const postgresOptions = z.strictObject({
  /** `postgres://user:password@host:5432/database`. Write the password as a template: `${secrets.x}`. */
  url: z.url({ protocol: /^postgres(ql)?$/, error: 'expected a postgres:// URL' }).optional(),
  /** Host name, or the folder of the server's Unix socket. */
  host: z.string().min(1).optional(),
  port: z.int().min(1).max(65_535).optional(),
  user: z.string().min(1).optional(),
  password: z.string().optional(),
  database: z.string().min(1).optional(),
  /** Default `SELECT 1`. */
  query: z.string().trim().min(1, { error: 'expected an SQL statement' }).default('SELECT 1'),
  /** Values of `$1`, `$2`, … */
  parameters: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
  expect: z
    .strictObject({
      /** First column of the first row. */
      value: valueExpectation.optional(),
      /** Rows returned, or affected by a statement that returns none. */
      rows: numberExpectation.optional(),
    })
    .prefault({}),
  /** `keep` (default): connections are reused. `each`: every check opens its own, as many a serverless client does. */
  connect: z.enum(['keep', 'each']).default('keep'),
  /** Most connections at once. Default 4. */
  connections: z.int().min(1).max(100).default(4),
  /** A connection that is not open by then is given up. Default 10 s. */
  connectTimeout: duration.default(10_000),
});

export type PostgresOptions = z.output<typeof postgresOptions>;

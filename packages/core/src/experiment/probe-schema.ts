import * as z from 'zod';
import { duration } from '../duration.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ExperimentProbe } from './experiment.ts';
import { strict } from './zod-schema.ts';

const business = strict({
  costPerLostRequest: z.number().min(0, { error: 'expected a cost of at least 0' }),
  requestsPerSecond: z.number().positive({ error: 'expected a rate above 0 per second' }).exactOptional(),
  currency: z.string().min(1).exactOptional(),
});

/** A probe as written: name, type and timing, and beside them the options of its type. */
export const probe = z
  .object({
    name: z.string().min(1).max(200),
    type: z.string().min(1),
    every: duration.default(100),
    timeout: duration.default(1_000),
    business: business.exactOptional(),
  })
  .catchall(z.custom<Json>())
  .refine(({ every }) => every >= 1, { path: ['every'], error: 'expected an interval of at least 1 ms, got less' })
  .refine(({ timeout }) => timeout >= 1, { path: ['timeout'], error: 'expected at least 1 ms, got less' })
  .transform(({ name, type, every, timeout, business, ...options }): ExperimentProbe => {
    const plain: JsonObject = options;
    return { name, type, every, timeout, ...(business === undefined ? {} : { business }), options: plain };
  })
  .meta({ id: 'Probe' });

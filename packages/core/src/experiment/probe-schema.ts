import * as z from 'zod';
import { duration } from '../duration.ts';
import type { Json, JsonObject } from '../json.ts';
import type { ExperimentProbe } from './experiment.ts';

/** A probe as written: name, type and timing, and beside them the options of its type. */
export const probe = z
  .object({
    name: z.string().min(1).max(200),
    type: z.string().min(1),
    every: duration.default(100),
    timeout: duration.default(1_000),
  })
  .catchall(z.custom<Json>())
  .refine(({ every }) => every >= 1, { path: ['every'], error: 'expected an interval of at least 1 ms, got less' })
  .refine(({ timeout }) => timeout >= 1, { path: ['timeout'], error: 'expected at least 1 ms, got less' })
  .transform(({ name, type, every, timeout, ...options }): ExperimentProbe => {
    const plain: JsonObject = options;
    return { name, type, every, timeout, options: plain };
  })
  .meta({ id: 'Probe' });

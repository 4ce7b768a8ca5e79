import * as z from 'zod';
import { duration } from '../duration.ts';
import { share } from './share.ts';
import { strict } from './zod-schema.ts';

const limits = ['success', 'p50', 'p95', 'p99'] as const;

/** What must hold for one probe: at least one of `success`, `p50`, `p95`, `p99`. */
export const objective = strict({
  probe: z.string().min(1),
  success: share.exactOptional(),
  p50: duration.exactOptional(),
  p95: duration.exactOptional(),
  p99: duration.exactOptional(),
  /** In the health score. Default 1. */
  weight: z.number().min(0, { error: 'expected a weight of at least 0' }).exactOptional(),
}).refine((value) => limits.some((limit) => value[limit] !== undefined), {
  error: `expected at least one of ${limits.join(', ')}, got none`,
});

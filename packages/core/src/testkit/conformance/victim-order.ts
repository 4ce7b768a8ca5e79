import * as z from 'zod';
import type { Json } from '../../json.ts';

const json: z.ZodType<Json> = z.json();

/** What a process that is about to be killed is told to do. One JSON argument. */
export const victimOrder = z.object({
  module: z.string(),
  options: json,
  type: z.string(),
  target: z.looseObject({
    kind: z.string(),
    id: z.string(),
    name: z.string(),
    labels: z.record(z.string(), z.string()),
    startedAt: z.string(),
  }),
  params: json,
  /** State folder. */
  state: z.string(),
  /** Where to act on itself: `<verb>:before`, `<verb>:after` or an event type; empty for nowhere. */
  at: z.string(),
  how: z.enum(['SIGKILL', 'SIGSTOP', 'none']),
  /** Milliseconds. */
  lease: z.number(),
  /** Milliseconds after the death of the engine at which its injection lands all the same; null for not at all. */
  landsAfter: z.number().nullable(),
});

export type VictimOrder = z.output<typeof victimOrder>;

import * as z from 'zod';

/** What a host process is told: one argument of JSON. */
export const hostOrder = z.object({
  state: z.string(),
  folder: z.string(),
  flags: z.object({ trace: z.string(), injectTakes: z.number().default(0), undoTakes: z.number().default(0) }),
  /** Milliseconds. */
  lease: z.number().default(10_000),
  /** How many faults it holds. */
  faults: z.number().default(1),
  /** What it does once they are active. */
  ending: z.enum(['stay', 'exit', 'throw', 'reject', 'return']).default('stay'),
  /** Listens to SIGTERM and SIGINT itself, says so, and ends with 7. */
  listens: z.boolean().default(false),
  emergencySignal: z.boolean().default(false),
  stopFile: z.string().optional(),
  /** Command in front of the guardian's. */
  guardianCommand: z.array(z.string()).default([]),
});

export type HostOrder = z.input<typeof hostOrder>;

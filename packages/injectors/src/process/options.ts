import * as z from 'zod';

/** Options of `processes()`: plain JSON, so that the guardian can build the same plugin. */
export const processesOptions = z.strictObject({
  /** What makes processes one blast-radius group: the same command name (default) or the same cgroup. */
  groupBy: z.enum(['command', 'cgroup']).default('command'),
});

export type ProcessesOptions = z.output<typeof processesOptions>;

import { ChaosError, duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { RESTART_RULES } from '../watched-target.ts';

/** A process that asks to be watched, by being written down. */
export const watchedProcess = z.strictObject({
  /** Unique among the watched processes. */
  name: z.string().min(1),
  /** Processes of one group share caps and storms. Default: the name. */
  group: z.string().min(1).optional(),
  /** Program and arguments that start it; no shell reads them. */
  command: z.tuple([z.string().min(1)], z.string()),
  cwd: z.string().min(1).optional(),
  /** Added to the host's environment. */
  env: z.record(z.string().min(1), z.string()).default({}),
  /** Where its process id is kept, so that it is found again. A process that runs is adopted, not started twice. */
  pidFile: z.string().min(1),
  /** Where its output goes. Default: nowhere. */
  logFile: z.string().min(1).optional(),
  restart: z.enum(RESTART_RULES).default('always'),
  /** What it gets between SIGTERM and SIGKILL. Default 10 s. */
  stopTimeout: duration.default(10_000),
});

export type WatchedProcessInput = z.input<typeof watchedProcess>;
export type WatchedProcess = z.output<typeof watchedProcess>;

/** Throws `CHAOS_WATCHTOWER_INVALID` naming the path, or the name that is there twice. */
export function parseWatchedProcesses(input: readonly WatchedProcessInput[]): readonly WatchedProcess[] {
  const parsed = z.array(watchedProcess).safeParse(input);
  if (!parsed.success) {
    const lines = parsed.error.issues.map(({ path, message }) => `processes.${path.join('.')}: ${message}`);
    throw new ChaosError('CHAOS_WATCHTOWER_INVALID', lines.join('; '));
  }
  const names = parsed.data.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return parsed.data;
  throw new ChaosError('CHAOS_WATCHTOWER_INVALID', `processes: expected unique names, got ${twice} twice`);
}

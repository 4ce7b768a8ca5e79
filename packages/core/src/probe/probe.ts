import type * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';

export interface ProbeContext {
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * `healthy`: the objective of one check is met. `degraded`: an answer came and it is bad, or none came in time.
 * `unknown`: the probe itself could not look (its own tool missing, its own connection refused by configuration);
 * never counted as success.
 */
export type Health = 'healthy' | 'degraded' | 'unknown';

export interface ProbeResult {
  readonly health: Health;
  /** What was measured beside latency: a status code, a row, an exit code. */
  readonly value?: number | string | boolean | null;
  /** Why it is not healthy, in one line. */
  readonly detail?: string;
}

/** An open probe. One check at a time or many at once: `check` must not share state between calls. */
export interface OpenProbe {
  /**
   * Looks once. The sampler measures latency around it, from the intended send time, and aborts the signal at the
   * time-out. Throwing counts as `degraded` with the error as detail.
   */
  check(signal: AbortSignal): Promise<ProbeResult>;
  /** Releases sockets and handles. Called once, also after a failed check. */
  close(): Promise<void>;
}

/** A way to look at a system from outside: open, check, close. */
export interface RecoveryProbe<Type extends string = string, Options extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly options: Options;
  open(options: z.output<Options>, context: ProbeContext): Promise<OpenProbe>;
}

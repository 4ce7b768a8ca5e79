import type * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { AnyChaosEvent } from '../event/chaos-events.ts';
import type { EventListener, EventPattern } from '../event/emitter.ts';
import type { Logger } from '../logger.ts';

/** The engine's events, as a probe may hear them. */
export interface EventSource {
  on<Pattern extends EventPattern>(pattern: Pattern, listener: EventListener<Pattern>): Disposable;
  /** The last ones, oldest first. */
  recent(): readonly AnyChaosEvent[];
}

export interface ProbeContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** Absent where there is no engine at hand, as in the thread of a sampler. */
  readonly events?: EventSource;
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
  /** It looks at the state of the host's own thread (a callback, the engine's events): no other thread can open it. */
  readonly inHost?: boolean;
  open(options: z.output<Options>, context: ProbeContext): Promise<OpenProbe>;
}

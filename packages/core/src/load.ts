import type * as z from 'zod';
import type { Clock } from './clock.ts';
import type { JsonObject } from './json.ts';
import type { Logger } from './logger.ts';
import type { Random } from './random.ts';

export interface LoadContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

/** Running load. `stop` resolves with what was done, once nothing is in flight any more. */
export interface RunningLoad {
  stop(): Promise<JsonObject>;
}

/** Puts work on a system while faults are live; entered in an experiment as `load` or as a `{ load }` step. */
export interface LoadGenerator<Type extends string = string, Options extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly options: Options;
  start(options: z.output<Options>, context: LoadContext): Promise<RunningLoad>;
}

import type * as z from 'zod';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logger.ts';
import type { Target } from './target.ts';

export interface TargetContext {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Finds targets of one kind. Every verb only reads.
 *
 * `query` is the zod type of what may stand under the kind's name in a selector: `{ container: <query> }`.
 */
export interface TargetSource<Kind extends string = string, Query extends z.ZodType = z.ZodType> {
  readonly kind: Kind;
  readonly query: Query;
  /** Everything that matches, in a stable order. An empty list is an answer, not an error. */
  find(query: z.output<Query>, context: TargetContext): Promise<readonly Target[]>;
  /** The same incarnation as it is now, or undefined when it has ended. Called right before a fault acts. */
  reread(target: Target, context: TargetContext): Promise<Target | undefined>;
  /** All members of the target's group that are alive now, itself included; for the share-of-group guard. */
  group(target: Target, context: TargetContext): Promise<readonly Target[]>;
}

/** A source that knows targets nobody may ever name: the engine itself, its parents, the container runtime. */
export interface ProtectiveTargetSource {
  /** Why the target is protected, or undefined. */
  protects(target: Target, context: TargetContext): Promise<string | undefined>;
}

export function isProtective(source: object): source is ProtectiveTargetSource {
  return 'protects' in source && typeof source.protects === 'function';
}

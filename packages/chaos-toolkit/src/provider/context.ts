import type { Clock } from '@bridge/chaos-core';
import type { Variables } from '../python/template.ts';

/** What an activity acts with. */
export interface ProviderContext {
  readonly variables: Variables;
  /** Aborted when the activity shall end at once. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

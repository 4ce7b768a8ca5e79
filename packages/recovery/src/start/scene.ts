import type { Clock, Logger, Plugins, RuntimeConfig } from '@bridge/chaos-core';
import type { EventFeed } from '../event/event-feed.ts';
import type { RunningParts } from './running-parts.ts';
import type { RuntimeEvents } from './runtime-events.ts';
import type { StartOptions } from './start-options.ts';

/** What the steps of one start share. */
export interface Scene<Ps extends Plugins> {
  readonly options: StartOptions<Ps>;
  readonly config: RuntimeConfig;
  readonly parts: RunningParts;
  readonly feed: EventFeed<RuntimeEvents>;
  readonly clock: Clock;
  readonly log: Logger;
}

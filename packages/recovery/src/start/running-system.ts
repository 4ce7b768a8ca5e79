import type { ChaosEngine, Plugins, RuntimeConfig, ScheduleHandle } from '@bridge/chaos-core';
import type { EventFeed, FeedEvent, FeedListener } from '../event/event-feed.ts';
import type { Federation } from '../federation/federation.ts';
import type { Leadership } from '../leadership/leadership.ts';
import type { Watchtower } from '../watchtower/watchtower.ts';
import type { Part } from './part.ts';
import type { RunningParts } from './running-parts.ts';
import type { RuntimeEvents } from './runtime-events.ts';

interface SystemParts<Ps extends Plugins> {
  readonly config: RuntimeConfig;
  readonly parts: RunningParts;
  readonly feed: EventFeed<RuntimeEvents>;
  readonly engine: ChaosEngine<Ps> | undefined;
  readonly watchtower: Watchtower | undefined;
  readonly leadership: Leadership | undefined;
  readonly federation: Federation | undefined;
  readonly schedules: readonly ScheduleHandle[];
}

/** What startFromConfig() has started. What is off is undefined. */
export class RunningSystem<Ps extends Plugins = Plugins> implements AsyncDisposable {
  readonly config: RuntimeConfig;
  readonly engine: ChaosEngine<Ps> | undefined;
  readonly watchtower: Watchtower | undefined;
  readonly leadership: Leadership | undefined;
  readonly federation: Federation | undefined;
  /** The monkey first, then the schedules of the configuration. */
  readonly schedules: readonly ScheduleHandle[];
  readonly #parts: RunningParts;
  readonly #feed: EventFeed<RuntimeEvents>;
  #closing: Promise<void> | undefined;

  constructor({ config, parts, feed, engine, watchtower, leadership, federation, schedules }: SystemParts<Ps>) {
    this.config = config;
    this.engine = engine;
    this.watchtower = watchtower;
    this.leadership = leadership;
    this.federation = federation;
    this.schedules = schedules;
    this.#parts = parts;
    this.#feed = feed;
  }

  /** What is on, off and inert now, and why. */
  get parts(): readonly Part[] {
    return this.#parts.all;
  }

  /** Calls back on every event until disposed. Those of the start itself are in {@link recent}. */
  on(listener: FeedListener<RuntimeEvents>): Disposable {
    return this.#feed.on(listener);
  }

  /** The last 1,000 events, oldest first. */
  get recent(): readonly FeedEvent<RuntimeEvents>[] {
    return this.#feed.recent;
  }

  /**
   * Closes everything in reverse order: the monkey first, then what it broke is undone. Goes on past failures and throws
   * the first, `CHAOS_FAULT_LEAKED` for one. Idempotent.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    const parts = await this.#parts.close();
    this.#feed.emit('runtime:closed', { parts });
  }
}

import { type Clock, type Logger, messageOf } from '@bridge/chaos-core';

/** One event of a feed (`Events`: payloads by event name), as a union that narrows on `type`. */
export type FeedEvent<Events> = {
  [Type in keyof Events & string]: {
    readonly type: Type;
    /** Wall clock, RFC 3339 with milliseconds. */
    readonly time: string;
    /** Monotonic milliseconds of this process. */
    readonly at: number;
    readonly data: Events[Type];
  };
}[keyof Events & string];

export type FeedListener<Events> = (event: FeedEvent<Events>) => unknown;

const REMEMBERED = 1_000;

/** Events of one part: told to its listeners in order, and the last 1,000 kept. What a listener does hurts nobody. */
export class EventFeed<Events> {
  readonly #listeners = new Set<FeedListener<Events>>();
  readonly #recent: FeedEvent<Events>[] = [];
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
  }

  emit<Type extends keyof Events & string>(type: Type, data: Events[Type]): void {
    const event = { type, time: new Date(this.#clock.wall()).toISOString(), at: this.#clock.now(), data };
    this.#recent.push(event);
    if (this.#recent.length > REMEMBERED) this.#recent.shift();
    for (const listener of [...this.#listeners]) this.#tell(listener, event);
  }

  /** Calls back on every event until disposed. */
  on(listener: FeedListener<Events>): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) };
  }

  get recent(): readonly FeedEvent<Events>[] {
    return [...this.#recent];
  }

  #tell(listener: FeedListener<Events>, event: FeedEvent<Events>): void {
    const failed = (thrown: unknown): void =>
      this.#log.error({ event: event.type, error: messageOf(thrown) }, 'a listener failed');
    try {
      void Promise.resolve(listener(event)).catch(failed);
    } catch (thrown) {
      failed(thrown);
    }
  }
}

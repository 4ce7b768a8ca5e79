import type { DockerEvent } from './docker-event.ts';

/** How many events the engine itself keeps for those who come back. */
const ENGINE_KEEPS = 256;

/** Where a reader of the event stream is: resumes there, and lets nothing through twice. */
export class EventCursor {
  readonly #seen = new Set<string>();
  #since: string;
  #resumed: 'not-yet' | 'same-life' | 'new-life' = 'not-yet';

  /** @param start milliseconds since the epoch from which on events are wanted */
  constructor(start: number) {
    this.#since = `${BigInt(Math.floor(start)) * 1_000_000n}`;
  }

  /**
   * For the engine's `since`, in seconds. A microsecond early, since a number has no room for nanoseconds: the last
   * events are told again rather than one missed.
   */
  get since(): number {
    return Number(BigInt(this.#since) / 1_000n - 1n) / 1_000_000;
  }

  /** The engine keeps its events in memory: one that was started anew cannot tell again what it told last. */
  get isNewLife(): boolean {
    return this.#resumed === 'new-life';
  }

  /** A new subscription begins. */
  resume(): void {
    this.#resumed = 'not-yet';
  }

  /** False for an event that was told before. */
  accept({ key, time }: DockerEvent): boolean {
    const known = this.#seen.has(key);
    if (this.#resumed === 'not-yet') this.#resumed = known ? 'same-life' : 'new-life';
    if (known) return false;
    this.#seen.add(key);
    if (this.#seen.size > 2 * ENGINE_KEEPS) this.#seen.delete(this.#seen.values().next().value ?? key);
    if (BigInt(time) > BigInt(this.#since)) this.#since = time;
    return true;
  }
}

import { freshId } from '../random.ts';
import type { AnyChaosEvent } from './chaos-events.ts';

interface Entry {
  /** Dense per recording; a hole is what was dropped. */
  readonly position: number;
  readonly event: AnyChaosEvent;
}

/** Told every second: the first to be forgotten. */
const SAMPLES: ReadonlySet<string> = new Set(['probe:second', 'health:second']);

/** Most events a recording keeps. */
export const RECORDING_LIMIT = 10_000;

/**
 * The events of one run, readable by many at once, each from the first event on. Memory is bounded: over the limit the
 * oldest per-second samples are dropped first, then the oldest of the rest, and a reader who missed some finds one
 * `events:dropped` in their place. Readers keep a position, not a buffer, so a slow reader costs nothing.
 */
export class EventRecording {
  #entries: Entry[] = [];
  #next = 0;
  #ended = false;
  readonly #limit: number;
  readonly #wakes = new Set<() => void>();

  constructor(limit: number = RECORDING_LIMIT) {
    this.#limit = limit;
  }

  append(event: AnyChaosEvent): void {
    if (this.#ended) return;
    this.#entries.push({ position: this.#next, event });
    this.#next += 1;
    if (this.#entries.length > this.#limit) this.#drop();
    this.#wake();
  }

  /** No more events will come: readers end after the last one. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** What is kept, oldest first. */
  snapshot(): readonly AnyChaosEvent[] {
    return this.#entries.map((entry) => entry.event);
  }

  /** How many events were dropped to keep the limit. */
  get dropped(): number {
    return this.#next - this.#entries.length;
  }

  /** A new reader, from the first event on, or with `'now'` from the next one. Ends with the recording. */
  read(from: 'first' | 'now' = 'first'): AsyncIterableIterator<AnyChaosEvent, undefined, undefined> {
    return new Reader(from === 'first' ? 0 : this.#next, {
      entryAt: (position) => this.#entryAt(position),
      ended: () => this.#ended,
      wakes: this.#wakes,
    });
  }

  /** The first kept entry at or after the position. */
  #entryAt(position: number): Entry | undefined {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle]?.position ?? position) < position) low = middle + 1;
      else high = middle;
    }
    return this.#entries[low];
  }

  /** A tenth at a time, so that appending stays cheap on average. */
  #drop(): void {
    let excess = Math.max(1, Math.floor(this.#limit / 10));
    const isSample = (entry: Entry): boolean => SAMPLES.has(entry.event.type);
    this.#entries = this.#entries.filter((entry) => excess === 0 || !isSample(entry) || excess-- === 0);
    this.#entries.splice(0, excess);
  }

  #wake(): void {
    const wakes = [...this.#wakes];
    this.#wakes.clear();
    for (const wake of wakes) wake();
  }
}

interface Recorded {
  entryAt(position: number): Entry | undefined;
  ended(): boolean;
  readonly wakes: Set<() => void>;
}

/** An iterator by hand: `return()` of an async generator would wait for the next event before it ends. */
class Reader implements AsyncIterableIterator<AnyChaosEvent, undefined, undefined> {
  #position: number;
  #returned = false;
  readonly #source: Recorded;
  readonly #wakes = new Set<() => void>();

  constructor(position: number, source: Recorded) {
    this.#position = position;
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<AnyChaosEvent, undefined>> {
    while (!this.#returned) {
      const entry = this.#source.entryAt(this.#position);
      if (entry !== undefined) return { done: false, value: this.#take(entry) };
      if (this.#source.ended()) break;
      await this.#change();
    }
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<AnyChaosEvent, undefined>> {
    this.#returned = true;
    for (const wake of this.#wakes) wake();
    return { done: true, value: undefined };
  }

  #take({ position, event }: Entry): AnyChaosEvent {
    const missed = position - this.#position;
    this.#position = missed === 0 ? position + 1 : position;
    return missed === 0 ? event : droppedBefore(event, missed);
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#source.wakes.delete(wake);
        this.#wakes.delete(wake);
        resolve();
      };
      this.#source.wakes.add(wake);
      this.#wakes.add(wake);
    });
  }
}

function droppedBefore(next: AnyChaosEvent, count: number): AnyChaosEvent {
  const { time, monotonic, sequence, node, runId } = next;
  return {
    id: freshId('event'),
    type: 'events:dropped',
    time,
    monotonic,
    sequence: sequence - 1,
    node,
    ...(runId === undefined ? {} : { runId }),
    data: { count },
  };
}

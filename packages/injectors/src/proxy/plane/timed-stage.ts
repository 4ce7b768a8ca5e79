import type { Clock } from '@bridge/chaos-core';
import type { Schedule } from './schedule.ts';
import type { Receiver, Stage } from './stage.ts';

/** Timers have a grain of one millisecond; being early by half of it keeps the mean right. */
const GRAIN = 0.5;
/** Taken entries are cut off the front of the queue in batches: one by one is quadratic. */
const COMPACT_AT = 1_024;

interface Held {
  /** Undefined is the sender's FIN. */
  readonly piece: Buffer | undefined;
  readonly due: number;
}

/** Holds bytes until their schedule says that they are due. */
export class TimedStage implements Stage {
  next: Receiver;
  readonly #schedule: Schedule;
  readonly #clock: Clock;
  readonly #relieved: () => void;
  #queue: Held[] = [];
  #first = 0;
  #bytes = 0;
  #timer: Disposable | undefined;

  /** @param relieved called after bytes went on by themselves */
  constructor(schedule: Schedule, clock: Clock, next: Receiver, relieved: () => void) {
    this.#schedule = schedule;
    this.#clock = clock;
    this.next = next;
    this.#relieved = relieved;
  }

  get full(): boolean {
    return this.#bytes >= this.#schedule.capacity;
  }

  push(chunk: Buffer): void {
    const now = this.#clock.now();
    this.#schedule.plan(chunk, now, this.#put);
    if (this.#timer === undefined) this.#pass(now);
    this.#arm();
  }

  end(): void {
    this.#queue.push({ piece: undefined, due: this.#schedule.end(this.#clock.now()) });
    this.#arm();
  }

  release(): void {
    this.#pass(Number.POSITIVE_INFINITY);
    this.drop();
  }

  drop(): void {
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    this.#queue = [];
    this.#first = 0;
    this.#bytes = 0;
  }

  readonly #put = (piece: Buffer, due: number): void => {
    this.#queue.push({ piece, due });
    this.#bytes += piece.length;
  };

  #arm(): void {
    const head = this.#queue[this.#first];
    if (this.#timer !== undefined || head === undefined || head.due === Number.POSITIVE_INFINITY) return;
    this.#timer = this.#clock.timer(Math.max(0, head.due - this.#clock.now()), this.#onTimer);
  }

  readonly #onTimer = (): void => {
    this.#timer = undefined;
    this.#pass(this.#clock.now() + GRAIN);
    this.#arm();
    this.#relieved();
  };

  #pass(until: number): void {
    for (
      let head = this.#queue[this.#first];
      head !== undefined && head.due <= until;
      head = this.#queue[this.#first]
    ) {
      this.#first += 1;
      this.#bytes -= head.piece?.length ?? 0;
      if (head.piece === undefined) this.next.end();
      else this.next.push(head.piece);
    }
    if (this.#first < COMPACT_AT && this.#first < this.#queue.length) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }
}

import type { Clock, Logger } from '@bridge/chaos-core';
import { messageOf } from '@bridge/chaos-core';
import { type FloodableQueue, SETTLE } from './floodable-queue.ts';

export interface PumpOptions {
  readonly queue: FloodableQueue;
  readonly ids: readonly string[];
  readonly perSecond: number;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Between two batches, ms. */
const BEAT = 20;
/** Messages on their way at the same time. */
const AT_ONCE = 16;
/** Without a renewal it ends by itself after so long, ms: whoever started it may have slept, or be gone. */
const FIRST_LEASE = 20_000;
/** For the answers to what was sent before the stop, ms. */
const PATIENCE = 2_000;

/** Puts messages into a queue at a bounded rate, until all are in, it is stopped, or its lease is over. */
export class Pump {
  readonly #options: PumpOptions;
  readonly #end = new AbortController();
  readonly #lost = new AbortController();
  readonly #working: Promise<void>;
  #until: number;
  #put = 0;
  #running = true;
  /** When a put failed last. */
  #failed = Number.NEGATIVE_INFINITY;

  constructor(options: PumpOptions) {
    this.#options = options;
    this.#until = options.clock.now() + FIRST_LEASE;
    this.#working = this.#pump();
  }

  /** Messages that the queue took. */
  get put(): number {
    return this.#put;
  }

  /** Whether more is to come. */
  get running(): boolean {
    return this.#running;
  }

  /** Until when, by the clock, a message may come in that the queue did not confirm: it may have been on its way. */
  get lateUntil(): number {
    return this.#failed + SETTLE;
  }

  renew(lease: number): void {
    this.#until = this.#options.clock.now() + lease;
  }

  /** Resolves when every answer is in or has been given up on: what then may still come in, see {@link lateUntil}. */
  async stop(): Promise<void> {
    this.#end.abort();
    using _ = this.#options.clock.timer(PATIENCE, () => this.#lost.abort(), { ref: false });
    await this.#working;
  }

  async #pump(): Promise<void> {
    const { ids, perSecond, clock, log } = this.#options;
    const { signal } = this.#end;
    const begun = clock.now();
    let next = 0;
    try {
      while (next < ids.length && !signal.aborted && clock.now() < this.#until) {
        const due = Math.min(ids.length, Math.ceil(((clock.now() - begun) / 1000) * perSecond));
        const batch = ids.slice(next, Math.min(due, next + AT_ONCE));
        next += batch.length;
        await this.#sendAll(batch);
        if (next >= due) await clock.sleep(BEAT, { signal, ref: false });
      }
    } catch (error) {
      if (!signal.aborted) log.warn({ reason: messageOf(error), put: this.#put }, 'the flood ended early');
    } finally {
      this.#running = false;
    }
  }

  /** Rejects once every one of them has been answered. */
  async #sendAll(ids: readonly string[]): Promise<void> {
    const answers = await Promise.allSettled(ids.map((id) => this.#send(id)));
    const refusal = answers.find((answer) => answer.status === 'rejected');
    if (refusal !== undefined) throw refusal.reason;
  }

  async #send(id: string): Promise<void> {
    // After a sleep of the whole process it may be late already: nothing must be put in then.
    if (this.#options.clock.now() >= this.#until) return;
    try {
      await this.#options.queue.put(id, this.#lost.signal);
      this.#put += 1;
    } catch (error) {
      this.#failed = this.#options.clock.now();
      throw error;
    }
  }
}

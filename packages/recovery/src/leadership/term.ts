import type { Clock } from '@bridge/chaos-core';
import type { Hold, Tenure } from './lease-store.ts';

/**
 * One term of leadership. It is measured on the monotonic clock of this process, from before the request that was
 * answered, and given up a third of the TTL before the lease ends: whatever the store's clock does, this side stops
 * first.
 */
export class Term {
  readonly tenure: Tenure;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  readonly #onEnd: (reason: string) => void;
  /** Until when each deed under way may last, monotonic ms. */
  readonly #deeds = new Map<symbol, number>();
  #requests = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #deadline = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  constructor(tenure: Tenure, clock: Clock, askedAt: number, onEnd: (reason: string) => void) {
    this.tenure = tenure;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.#extend(askedAt, tenure.ttl);
  }

  /** Aborted when the term is over. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Milliseconds it can be relied on. */
  get left(): number {
    return this.#end.signal.aborted ? 0 : Math.max(0, this.#deadline - this.#clock.now());
  }

  /** From now on the lease is asked for until the deed must be over. Dispose it when the deed is done. */
  deed(timeout: number): Disposable {
    const deed = Symbol('deed');
    this.#deeds.set(deed, this.#clock.now() + timeout);
    return { [Symbol.dispose]: () => void this.#deeds.delete(deed) };
  }

  /** Sends one request after the other, never two at once. An answer that says yes extends the term. */
  ask<Answer extends { readonly held: boolean }>(request: (hold: Hold) => Promise<Answer>): Promise<Answer> {
    const turn = this.#turn.then(async () => {
      const askedAt = this.#clock.now();
      this.#requests += 1;
      const span = this.#span(askedAt);
      const answer = await request({ span, request: this.#requests });
      if (answer.held) this.#extend(askedAt, span);
      return answer;
    });
    // Whoever asked hears of a failure; the next in line asks all the same.
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  end(reason: string): void {
    if (this.#end.signal.aborted) return;
    this.#timer?.[Symbol.dispose]();
    this.#end.abort(new Error(`leadership ended: ${reason}`));
    this.#onEnd(reason);
  }

  /** The ttl, or what the longest deed under way still needs and half a ttl to spare. */
  #span(now: number): number {
    const { ttl } = this.tenure;
    return Math.max(ttl, ...[...this.#deeds.values()].map((until) => until - now + ttl / 2));
  }

  #extend(askedAt: number, span: number): void {
    if (this.#end.signal.aborted) return;
    const reliedOn = span - this.tenure.ttl / 3;
    this.#deadline = askedAt + reliedOn;
    this.#timer?.[Symbol.dispose]();
    const expire = (): void => this.end(`not renewed within ${Math.round(reliedOn)} ms`);
    this.#timer = this.#clock.timer(Math.max(0, this.#deadline - this.#clock.now()), expire, { ref: false });
  }
}

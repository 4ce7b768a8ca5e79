import type { Clock } from '@bridge/chaos-core';
import type { Tenure } from './lease-store.ts';

/** Milliseconds a lease of this TTL is relied on after it was renewed. */
export function reliedOn(ttl: number): number {
  return (ttl * 2) / 3;
}

/**
 * One term of leadership. It is measured on the monotonic clock of this process, from before the request that was
 * answered: whatever the store's clock does, this side stops first.
 */
export class Term {
  readonly tenure: Tenure;
  readonly #clock: Clock;
  readonly #end = new AbortController();
  readonly #onEnd: (reason: string) => void;
  #deadline = Number.NEGATIVE_INFINITY;
  #timer: Disposable | undefined;

  constructor(tenure: Tenure, clock: Clock, askedAt: number, onEnd: (reason: string) => void) {
    this.tenure = tenure;
    this.#clock = clock;
    this.#onEnd = onEnd;
    this.renewed(askedAt);
  }

  /** Aborted when the term is over. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Milliseconds it can be relied on. */
  get left(): number {
    return this.#end.signal.aborted ? 0 : Math.max(0, this.#deadline - this.#clock.now());
  }

  /** A request sent at this time was answered with yes. */
  renewed(askedAt: number): void {
    if (this.#end.signal.aborted) return;
    const span = reliedOn(this.tenure.ttl);
    this.#deadline = Math.max(this.#deadline, askedAt + span);
    this.#timer?.[Symbol.dispose]();
    const expire = (): void => this.end(`not renewed within ${Math.round(span)} ms`);
    this.#timer = this.#clock.timer(Math.max(0, this.#deadline - this.#clock.now()), expire, { ref: false });
  }

  end(reason: string): void {
    if (this.#end.signal.aborted) return;
    this.#timer?.[Symbol.dispose]();
    this.#end.abort(new Error(`leadership ended: ${reason}`));
    this.#onEnd(reason);
  }
}

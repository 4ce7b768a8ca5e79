const FIRST = 100;
/** For an engine that was there: it is probably only restarted. */
const LONGEST_KNOWN = 2_000;
/** For one that was never there. */
const LONGEST_UNKNOWN = 30_000;

/** Milliseconds between attempts to subscribe: doubled from attempt to attempt. */
export class ReconnectDelays {
  #next = FIRST;
  #longest = LONGEST_UNKNOWN;

  succeeded(): void {
    this.#next = FIRST;
    this.#longest = LONGEST_KNOWN;
  }

  next(): number {
    const delay = this.#next;
    this.#next = Math.min(this.#longest, delay * 2);
    return delay;
  }
}

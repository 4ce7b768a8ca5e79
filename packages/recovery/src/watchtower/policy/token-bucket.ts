/** A bucket of tokens that fills evenly. Starts full. */
export class TokenBucket {
  readonly #size: number;
  readonly #perToken: number;
  #tokens: number;
  #filledAt: number;

  constructor(size: number, per: number, now: number) {
    this.#size = size;
    this.#perToken = per / size;
    this.#tokens = size;
    this.#filledAt = now;
  }

  /** Takes a token: 0; or takes none and answers the milliseconds until there may be one. */
  take(now: number): number {
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#filledAt) / this.#perToken);
    this.#filledAt = now;
    if (this.#tokens >= 1) {
      this.#tokens -= 1;
      return 0;
    }
    return Math.ceil((1 - this.#tokens) * this.#perToken);
  }
}

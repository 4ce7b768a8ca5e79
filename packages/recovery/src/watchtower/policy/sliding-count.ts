/** How often something happened within the last `per` milliseconds. */
export class SlidingCount {
  readonly #per: number;
  #times: number[] = [];

  constructor(per: number) {
    this.#per = per;
  }

  add(now: number): void {
    this.#times.push(now);
  }

  at(now: number): number {
    this.#times = this.#times.filter((time) => now - time < this.#per);
    return this.#times.length;
  }

  clear(): void {
    this.#times = [];
  }
}

export interface Timer {
  readonly due: number;
  /** Breaks ties: the order in which timers were set. */
  readonly order: number;
  readonly callback: () => void;
}

const isBefore = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

/** Timers by due time: a binary heap, cancelled ones are skipped when their turn comes. */
export class TimerQueue {
  readonly #heap: Timer[] = [];
  readonly #waiting = new Set<Timer>();

  get size(): number {
    return this.#waiting.size;
  }

  add(timer: Timer): void {
    this.#waiting.add(timer);
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
  }

  cancel(timer: Timer): void {
    this.#waiting.delete(timer);
  }

  /** Removes and returns the first timer that is due at or before `until`. */
  takeDue(until: number): Timer | undefined {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.due > until && this.#waiting.has(first)) return undefined;
      this.#removeFirst();
      if (this.#waiting.delete(first)) return first;
    }
    return undefined;
  }

  #removeFirst(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      const lesser = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(lesser, at)) return;
      at = lesser;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    return first !== undefined && second !== undefined && isBefore(first, second);
  }

  /** Swaps the two places when the first belongs before the second. */
  #swapIfBefore(a: number, b: number): boolean {
    const [first, second] = [this.#heap[a], this.#heap[b]];
    if (first === undefined || second === undefined || !isBefore(first, second)) return false;
    this.#heap[a] = second;
    this.#heap[b] = first;
    return true;
  }
}

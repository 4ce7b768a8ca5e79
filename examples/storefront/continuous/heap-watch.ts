import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@bridge/chaos-core';

interface HeapLook {
  /** Minutes. */
  readonly at: number;
  readonly bytes: number;
}

/**
 * The objects this process keeps after a garbage collection, looked at again and again. Buffers are left out: they are given
 * back late and come to tens of megabytes more or less; who keeps a buffer for ever keeps an object, too.
 */
export class HeapWatch implements Disposable {
  readonly #looks: HeapLook[] = [];
  readonly #collect: () => void;
  readonly #every: number;
  #timer: Disposable;

  /** @param every milliseconds */
  constructor(every: number) {
    // The only way to a collection on demand in a process that was not started for it.
    setFlagsFromString('--expose-gc');
    this.#collect = runInNewContext('gc');
    this.#every = every;
    this.#timer = systemClock.timer(every, () => this.#look());
  }

  /**
   * Bytes a minute: the median of the slopes between any two looks of the second half (Theil and Sen), which a look in the
   * middle of something large does not move. The first half fills caches. NaN with fewer than four looks.
   */
  get slope(): number {
    const looks = this.#looks.slice(Math.floor(this.#looks.length / 2));
    const slopes = looks.flatMap((from, index) =>
      looks.slice(index + 1).map((to) => (to.bytes - from.bytes) / (to.at - from.at)),
    );
    return slopes.toSorted((a, b) => a - b)[Math.floor(slopes.length / 2)] ?? Number.NaN;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #look(): void {
    this.#collect();
    this.#looks.push({ at: systemClock.now() / 60_000, bytes: process.memoryUsage().heapUsed });
    this.#timer = systemClock.timer(this.#every, () => this.#look());
  }
}

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '@bridge/chaos-core';

interface HeapLook {
  /** Minutes. */
  readonly at: number;
  readonly bytes: number;
}

/** What this process keeps in memory after a garbage collection, looked at again and again. */
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

  /** Bytes a minute, by least squares over the second half of the looks: the first fills caches. NaN with fewer than four. */
  get slope(): number {
    const looks = this.#looks.slice(Math.floor(this.#looks.length / 2));
    if (looks.length < 2) return Number.NaN;
    const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;
    const [at, bytes] = [mean(looks.map((look) => look.at)), mean(looks.map((look) => look.bytes))];
    const covariance = looks.reduce((sum, look) => sum + (look.at - at) * (look.bytes - bytes), 0);
    return covariance / looks.reduce((sum, look) => sum + (look.at - at) ** 2, 0);
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
  }

  #look(): void {
    this.#collect();
    const { heapUsed, external } = process.memoryUsage();
    this.#looks.push({ at: systemClock.now() / 60_000, bytes: heapUsed + external });
    this.#timer = systemClock.timer(this.#every, () => this.#look());
  }
}

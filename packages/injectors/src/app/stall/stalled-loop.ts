import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '@bridge/chaos-core';
import { workerFile } from '../resource/worker-file.ts';

/** As in `watcher.ts`. */
const [RELEASED, TURNED, LONGEST] = [0, 1, 2] as const;
/** How often the loop shows that it turns, ms. */
const PULSE = 5;

interface Watched {
  readonly cells: Int32Array<SharedArrayBuffer>;
  readonly watcher: Worker;
  readonly clock: Clock;
  readonly door: string;
  /** Where the times in the cells begin, in nanoseconds of `process.hrtime`. */
  readonly origin: bigint;
}

/** The event loop of this thread, watched by another thread that can let it go. */
export class StalledLoop implements AsyncDisposable {
  readonly #cells: Int32Array<SharedArrayBuffer>;
  readonly #watcher: Worker;
  readonly #clock: Clock;
  readonly #door: string;
  readonly #origin: bigint;
  #pulse: Disposable | undefined;
  #isWatched = true;

  private constructor({ cells, watcher, clock, door, origin }: Watched) {
    this.#cells = cells;
    this.#watcher = watcher;
    this.#clock = clock;
    this.#door = door;
    this.#origin = origin;
    watcher.once('error', () => {
      this.#isWatched = false;
    });
    this.#beat();
  }

  static async watch(id: string, clock: Clock): Promise<StalledLoop> {
    const memory = new SharedArrayBuffer(3 * Int32Array.BYTES_PER_ELEMENT);
    const door = doorOf(id);
    const origin = process.hrtime.bigint();
    const watcher = new Worker(workerFile('watcher', import.meta.url), {
      workerData: { memory, door, origin },
      execArgv: [],
      name: 'chaos-stall',
    });
    // It turns, and shows it, before anybody looks.
    const loop = new StalledLoop({ cells: new Int32Array(memory), watcher, clock, door, origin });
    await once(watcher, 'message');
    watcher.unref();
    return loop;
  }

  /** The longest time without a turn of the loop, measured by the other thread, ms. */
  get longest(): number {
    return Atomics.load(this.#cells, LONGEST);
  }

  get isWatched(): boolean {
    return this.#isWatched;
  }

  get wasReleased(): boolean {
    return Atomics.load(this.#cells, RELEASED) === 1;
  }

  /** Stands still for exactly so many milliseconds, using no CPU, or until somebody calls {@link releaseLoop}. */
  stall(milliseconds: number): void {
    Atomics.wait(this.#cells, RELEASED, 0, milliseconds);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pulse?.[Symbol.dispose]();
    await this.#watcher.terminate();
    await rm(this.#door, { force: true });
  }

  #beat(): void {
    Atomics.store(this.#cells, TURNED, Number((process.hrtime.bigint() - this.#origin) / 1_000_000n));
    this.#pulse = this.#clock.timer(PULSE, () => this.#beat(), { ref: false });
  }
}

/** Lets a stalled loop of any process of this machine and user go. Does nothing when it is not there. */
export async function releaseLoop(id: string): Promise<void> {
  const visitor = connect(doorOf(id));
  try {
    await once(visitor, 'close');
  } catch {
    // Nobody behind the door: the loop is not held any more.
  } finally {
    visitor.destroy();
  }
}

function doorOf(id: string): string {
  return process.platform === 'win32' ? `\\\\.\\pipe\\${id}` : join(tmpdir(), `${id}.sock`);
}

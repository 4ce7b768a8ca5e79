import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { share } from '@bridge/chaos-core';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';
import { workerFile } from './worker-file.ts';

/** How long the threads may take to show that they turn, ms. */
const LOOK = 3_000;

/**
 * `app.cpu`: threads of this process compute for nothing, so that the host's own code gets less CPU within the limits
 * of its container. The event loop itself is not blocked; for that see `app.event-loop-stall`.
 */
export const appCpu = appFault({
  type: 'app.cpu',
  params: z.strictObject({
    /** Default: as many as there are CPUs for this process. */
    threads: z.int().min(1).max(256).optional(),
    /** Part of the time that each thread computes. Default 1. */
    load: share.refine((load) => load > 0, 'expected more than 0').default(1),
  }),
  risk: 'medium',
  exclusive: 'cpu',
  describe: ({ threads, load }) =>
    `${threads ?? availableParallelism()} thread(s) compute ${Math.round(load * 100)} % of the time`,
  async begin({ threads = availableParallelism(), load }, { clock }) {
    const burners = Array.from({ length: threads }, () => new Burner(load));
    return {
      async isLive({ signal }) {
        const before = burners.map(({ turns }) => turns);
        const deadline = clock.now() + LOOK;
        const turned = (): boolean => burners.every(({ turns }, at) => turns !== before[at]);
        while (!turned() && clock.now() < deadline) await clock.sleep(10, { signal });
        return turned();
      },
      async [Symbol.asyncDispose]() {
        await Promise.all(burners.map((burner) => burner[Symbol.asyncDispose]()));
      },
    };
  },
});

class Burner implements AsyncDisposable {
  readonly #cells = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  readonly #thread: Worker;

  constructor(load: number) {
    const workerData = { memory: this.#cells.buffer, load };
    this.#thread = new Worker(workerFile('burner', import.meta.url), { workerData, execArgv: [], name: 'chaos-cpu' });
    // One that cannot start does not turn, and that is seen.
    this.#thread.on('error', () => undefined);
    this.#thread.unref();
  }

  get turns(): number {
    return Atomics.load(this.#cells, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.terminate();
  }
}

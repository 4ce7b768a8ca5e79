import { getHeapStatistics } from 'node:v8';
import { type Clock, duration, type Feasibility, messageOf, size } from '@bridge/chaos-core';
import * as z from 'zod';
import { appFault } from '../app-fault.ts';

/** Part of a limit that is never filled: the host must live to see the fault end. */
const KEPT_FREE = 0.2;
const SLICE = 4 * 2 ** 20;
const SLICES_PER_RAMP = 20;

/**
 * `app.heap`: this process holds memory for nothing, at once or as a leak that grows over `ramp`. `heap` counts against
 * V8's own limit, `external` (buffers) against that of the machine or container. At most 80 % of the limit. When
 * the fault ends `external` is freed at once, `heap` with the next collections of garbage.
 */
export const appHeap = appFault({
  type: 'app.heap',
  params: z.strictObject({
    hold: size.refine((bytes) => bytes >= 1, 'expected at least one byte'),
    kind: z.enum(['heap', 'external']).default('heap'),
    /** Default: at once. */
    ramp: duration.default(0),
  }),
  risk: 'high',
  exclusive: 'heap',
  obstacle: ({ hold, kind }) => beyond(hold, kind),
  describe: ({ hold, kind, ramp }) =>
    `hold ${hold} bytes of ${kind} memory${ramp === 0 ? '' : `, growing over ${ramp} ms`}`,
  begin({ hold, kind, ramp }, { clock, log }) {
    const leak = new Leak(kind, hold);
    const growing = leak.growOver(ramp, clock).catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'no more memory could be held');
    });
    return {
      isLive: async () => leak.held > 0 && memoryInUse(kind) >= leak.held,
      async [Symbol.asyncDispose]() {
        leak.free();
        await growing;
      },
    };
  },
});

function memoryInUse(kind: 'heap' | 'external'): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return kind === 'heap' ? heapUsed : arrayBuffers;
}

function beyond(hold: number, kind: 'heap' | 'external'): Extract<Feasibility, { possible: false }> | undefined {
  const { heap_size_limit: limit } = getHeapStatistics();
  const free =
    kind === 'heap' ? limit - memoryInUse('heap') - KEPT_FREE * limit : process.availableMemory() * (1 - KEPT_FREE);
  if (hold <= free) return undefined;
  return {
    possible: false,
    reason: `expected at most ${Math.max(0, Math.floor(free))} bytes of ${kind} memory, so that the process survives, got ${hold}`,
    remedy: 'Hold less, or give the process more (--max-old-space-size, the memory of its container)',
  };
}

/** Memory that is held for nothing. */
class Leak {
  readonly #kind: 'heap' | 'external';
  readonly #total: number;
  readonly #freed = new AbortController();
  #numbers: number[][] = [];
  #buffers: Uint8Array<ArrayBuffer>[] = [];
  held = 0;

  constructor(kind: 'heap' | 'external', total: number) {
    this.#kind = kind;
    this.#total = total;
  }

  async growOver(ramp: number, clock: Clock): Promise<void> {
    const step = ramp === 0 ? this.#total : this.#total / SLICES_PER_RAMP;
    for (let goal = step; ; goal = Math.min(this.#total, goal + step)) {
      while (this.held < goal) this.#grow(Math.min(SLICE, goal - this.held));
      if (this.held >= this.#total) return;
      const { signal } = this.#freed;
      await clock.sleep(ramp / SLICES_PER_RAMP, { ref: false, signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  free(): void {
    this.#freed.abort();
    // Detaching gives the memory of a buffer back at once; what lies in the heap waits for a collection.
    for (const { buffer } of this.#buffers) buffer.transfer(0);
    this.#buffers = [];
    this.#numbers = [];
    this.held = 0;
  }

  #grow(bytes: number): void {
    if (this.#kind === 'external') this.#buffers.push(new Uint8Array(Math.ceil(bytes)).fill(1));
    // Doubles lie in the heap unboxed, eight bytes each; fractions keep V8 from storing small integers.
    else this.#numbers.push(Array.from({ length: Math.ceil(bytes / 8) }, (_, at) => at + 0.5));
    this.held += bytes;
  }
}

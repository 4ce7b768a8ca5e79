import { workerData } from 'node:worker_threads';

// A thread that uses its share of a CPU until it is terminated, in periods, and counts them.

const { memory, load }: { memory: SharedArrayBuffer; load: number } = workerData;
const cells = new Int32Array(memory);
const idle = new Int32Array(new SharedArrayBuffer(4));
const PERIOD = 50;

for (;;) {
  const end = performance.now() + PERIOD * load;
  while (performance.now() < end);
  Atomics.add(cells, 0, 1);
  if (load < 1) Atomics.wait(idle, 0, 0, PERIOD * (1 - load));
}

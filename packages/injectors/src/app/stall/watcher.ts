import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

// A thread beside the stalled one. Measures from outside how long the event loop stands still, and lets it go when
// somebody knocks at the socket.

const { memory, door, origin }: { memory: SharedArrayBuffer; door: string; origin: bigint } = workerData;
const cells = new Int32Array(memory);
/** Cells: whether the loop was let go, its last turn, the longest time without one; ms. */
const [RELEASED, TURNED, LONGEST] = [0, 1, 2] as const;
const PERIOD = 5;

setInterval(() => {
  // The one clock that all threads of a process share.
  const now = Number((process.hrtime.bigint() - origin) / 1_000_000n);
  const still = now - Atomics.load(cells, TURNED);
  if (still > Atomics.load(cells, LONGEST)) Atomics.store(cells, LONGEST, still);
}, PERIOD);

createServer((visitor) => {
  Atomics.store(cells, RELEASED, 1);
  Atomics.notify(cells, RELEASED);
  visitor.on('error', () => undefined);
  visitor.end();
}).listen(door, () => parentPort?.postMessage('ready'));

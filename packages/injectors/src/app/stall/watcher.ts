import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

// A thread beside the stalled one. Measures from outside how long the event loop stands still, and lets it go when
// somebody knocks at the socket.

const { memory, door }: { memory: SharedArrayBuffer; door: string } = workerData;
const cells = new Int32Array(memory);
/** Cells: whether the loop was let go, its turns, the longest time without one in ms. */
const [RELEASED, TURNS, LONGEST] = [0, 1, 2] as const;
const PERIOD = 5;

let turns = Atomics.load(cells, TURNS);
let since = performance.now();
setInterval(() => {
  const now = Atomics.load(cells, TURNS);
  if (now !== turns) since = performance.now();
  turns = now;
  const still = Math.round(performance.now() - since);
  if (still > Atomics.load(cells, LONGEST)) Atomics.store(cells, LONGEST, still);
}, PERIOD);

createServer((visitor) => {
  Atomics.store(cells, RELEASED, 1);
  Atomics.notify(cells, RELEASED);
  visitor.on('error', () => undefined);
  visitor.end();
}).listen(door, () => parentPort?.postMessage('ready'));

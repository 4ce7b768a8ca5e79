import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosEngine, type ChaosPlugin } from '@bridge/chaos-core';
import markers, { marker } from '../fixtures/marker-plugin.ts';

// A host process for crash tests: injects one fault and dies, stops or hangs where it was told to (points in turn, with
// commas between). It hangs, its event loop blocked, for as long as there is a file `hang` in the folder. When that made
// it stale, it starts again and injects once more.

const [state = '', folder = '', at = '', how = 'SIGKILL', lease = '10000'] = process.argv.slice(2);

const points = at.split(',');

function reach(point: string): void {
  if (point !== points[0]) return;
  points.shift();
  process.stdout.write(`${JSON.stringify({ reached: point })}\n`);
  if (how === 'hang') {
    const turn = new Int32Array(new SharedArrayBuffer(4));
    while (existsSync(join(folder, 'hang'))) Atomics.wait(turn, 0, 0, 20);
    return;
  }
  process.kill(process.pid, how);
}

function around<Args extends unknown[], Result>(name: string, verb: (...args: Args) => Promise<Result>) {
  return async (...args: Args): Promise<Result> => {
    reach(`${name}:before`);
    const result = await verb(...args);
    reach(`${name}:after`);
    return result;
  };
}

const real = markers();
const plugin: ChaosPlugin = {
  ...real,
  faults: [
    {
      ...marker,
      prepare: around('prepare', marker.prepare),
      inject: around('inject', marker.inject),
      revert: around('revert', marker.revert),
      observe: around('observe', marker.observe),
    },
  ],
};

const engine = new ChaosEngine({ plugins: [plugin], armed: true, state, lease: Number(lease) });
engine.on('*', (event) => {
  process.stdout.write(`${JSON.stringify({ event: event.type, data: event.data })}\n`);
  reach(event.type);
});
await engine.start();

async function injectOnce(): Promise<void> {
  try {
    const fault = await engine.inject({ type: 'folder.marker', target: { folder }, params: {} });
    await fault.revert();
    process.stdout.write(`${JSON.stringify({ ended: fault.state.phase })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ failed: String(error) })}\n`);
  }
}

await injectOnce();
const { phase } = engine.status();
process.stdout.write(`${JSON.stringify({ status: phase, left: readdirSync(join(state, 'live')).length })}\n`);
if (phase === 'stale') {
  await engine.start();
  await injectOnce();
}
await engine.close();

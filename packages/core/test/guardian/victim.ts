import { ChaosEngine, type ChaosPlugin } from '@bridge/chaos-core';
import markers, { marker } from '../fixtures/marker-plugin.ts';

// A host process for crash tests: injects one fault and dies, stops or hangs where it was told to.

const [state = '', folder = '', at = '', how = 'SIGKILL', lease = '10000'] = process.argv.slice(2);

function reach(point: string): void {
  if (point !== at) return;
  process.stdout.write(`${JSON.stringify({ reached: point })}\n`);
  if (how === 'hang') {
    const until = Date.now() + Number(process.env['HANG_MS'] ?? 3_000);
    while (Date.now() < until);
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
try {
  const run = await engine.inject({ type: 'folder.marker', target: { folder }, params: {} });
  await run.revert();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ failed: String(error) })}\n`);
}
process.stdout.write(`${JSON.stringify({ status: engine.status().phase })}\n`);
await engine.close();

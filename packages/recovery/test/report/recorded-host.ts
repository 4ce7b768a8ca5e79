import { existsSync } from 'node:fs';
import { ChaosEngine, coreJudge, defineProbe } from '@bridge/chaos-core';
import { recordRun } from '@bridge/chaos-recovery';
import * as z from 'zod';
import breakers from '../engine/breaker-plugin.ts';

// A host that runs one experiment and writes its journal, until it ends or is killed.

const [state = '', broken = '', journal = '', hold = '60000'] = process.argv.slice(2);

const whole = defineProbe({
  type: 'whole',
  options: z.object({ file: z.string(), token: z.string() }),
  open: async ({ file }) => ({
    check: async () => (existsSync(file) ? { health: 'degraded', detail: 'broken' } : { health: 'healthy' }),
    close: async () => undefined,
  }),
});

// Node 22 runs this file as it is, and has no `using`.
const engine = new ChaosEngine({
  plugins: [breakers()],
  armed: true,
  state,
  // A busy test machine is no reason to call the run invalid: what counts here is the order of things.
  judge: coreJudge({ lagFloor: 20_000, leastRate: 0.1 }),
});
await engine.start();
const run = engine.run(
  {
    name: 'the file is there',
    secrets: { token: 'hunter2-hunter2' },
    steadyState: {
      probes: [whole({ name: 'file', file: broken, token: 'hunter2-hunter2', every: '20ms', timeout: '5s' })],
      objectives: [{ probe: 'file', success: 0.9 }],
    },
    baseline: '1200ms',
    faults: [{ type: 'service.break', target: { switch: broken }, params: {}, for: Number(hold) }],
    recovery: { within: '20s', hold: '500ms' },
    seed: 7,
  },
  { actor: 'test' },
);
engine.on('fault:effective', () => engine.signal({ kind: 'trigger', name: 'file is gone' }));
const recording = recordRun(run, journal, { engine });
await run.report;
await recording.written;
await engine.close();

/** A host service whose configuration turns everything off. Nothing it started may keep it alive. */
import { writeSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { type Clock, systemClock } from '@bridge/chaos-core';
import { startFromConfig } from '../../src/index.ts';
import marks from '../federation/marks-plugin.ts';

const [state = ''] = process.argv.slice(2);
let timers = 0;
const clock: Clock = {
  ...systemClock,
  timer: (...timer) => {
    timers += 1;
    return systemClock.timer(...timer);
  },
  sleep: (...sleep) => {
    timers += 1;
    return systemClock.sleep(...sleep);
  },
};

const before = process.getActiveResourcesInfo().sort();
const { parts } = await startFromConfig({
  config: { content: { runtime: { health: { recovery: false } } }, environment: {} },
  plugins: [marks()],
  engine: { state },
  clock,
});
// What is over is taken off the list a turn later.
await setImmediate();
const after = process.getActiveResourcesInfo().sort();
writeSync(1, JSON.stringify({ parts, timers, before, after }));

import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, type EngineOptions } from '@bridge/chaos-core';
import { memoryJournal } from '@bridge/chaos-core/testkit';
import { row, time } from './measure.ts';
import noop from './noop-plugin.ts';

// What the engine itself costs: one experiment, and one inject and revert, with a fault that does nothing; with the
// journal in memory and on disk, beside one raw fsync of a new file and its folder.

const ROUNDS = 2_000;
const state = await mkdtemp(join(tmpdir(), 'chaos-bench-'));

async function engineWith(options: Partial<EngineOptions>) {
  const folder = await mkdtemp(join(state, 's'));
  const safety = { maxActiveFaults: 1_000, maxShareOfGroup: 1 };
  const engine = new ChaosEngine({
    plugins: [noop()],
    armed: true,
    state: folder,
    guardian: 'none',
    safety,
    ...options,
  });
  return await engine.start();
}

const fault = { type: 'nothing.noop', target: { nothing: 'here' } } as const;

async function rawFsync(): Promise<void> {
  const file = await open(join(state, 'raw'), 'w');
  await file.writeFile('x'.repeat(600));
  await file.sync();
  await file.close();
  const folder = await open(state, 'r');
  await folder.sync();
  await folder.close();
}

const memory = await engineWith({ journal: memoryJournal() });
const disk = await engineWith({});
const cycle = (engine: typeof disk) => async () => {
  await using _fault = await engine.inject(fault);
};
const run = (engine: typeof disk) => async () => (await engine.run({ name: 'noop', faults: [fault] }).report).verdict;

for (const warm of [cycle(memory), run(memory), cycle(disk)]) await time(300, warm);
const floor = await time(ROUNDS, rawFsync);
console.log(row('raw: write, fsync, fsync of the folder', floor));
console.log(row('inject + revert, journal in memory', await time(ROUNDS, cycle(memory))));
console.log(row('whole experiment, journal in memory', await time(ROUNDS, run(memory))));
console.log(row('inject + revert, journal on disk', await time(ROUNDS, cycle(disk)), floor));
console.log(row('whole experiment, journal on disk', await time(ROUNDS, run(disk)), floor));
await memory.close();
await disk.close();
await rm(state, { recursive: true, force: true });

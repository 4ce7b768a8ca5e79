import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock } from '@bridge/chaos-core';
import { app } from '@bridge/chaos-injectors/app';
import { faultContext } from '../fault-context.ts';

// Waits for an undo record in a journal, and reverts it over and over from this other process until it is gone.

const [, , folder = ''] = process.argv;
const stall = app().faults.find(({ type }) => type === 'app.event-loop-stall');
process.stdout.write('ready\n');
for (let seen = false; ; ) {
  const [name] = await readdir(folder).catch(() => []);
  if (name === undefined && seen) break;
  const [line = ''] =
    name === undefined ? [] : (await readFile(join(folder, name), 'utf8').catch(() => '')).split('\n');
  if (line !== '' && stall !== undefined) {
    seen = true;
    await stall.revert(stall.undo.parse(JSON.parse(line).undo), faultContext());
  }
  await systemClock.sleep(50);
}

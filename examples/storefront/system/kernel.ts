// The kernel: what the rest of the shop is told to trust as long as its heart beats.
import { writeFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { pathsIn } from './paths.ts';
import { endWithSupervisor, given } from './with-supervisor.ts';

const { heartbeat } = pathsIn(given('folder'));
const BEAT = 100;

endWithSupervisor();
await writeFile(heartbeat, String(process.pid));
process.send?.({ up: {} });
for (;;) {
  await setTimeout(BEAT);
  await writeFile(heartbeat, String(process.pid));
}

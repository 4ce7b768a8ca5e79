// The newsletter: what the shop can do without. It is the first to stand still when there is too much to do.
import { setTimeout } from 'node:timers/promises';
import { endWithSupervisor } from './with-supervisor.ts';

const BETWEEN = 1_000;

endWithSupervisor();
process.send?.({ up: {} });
for (;;) await setTimeout(BETWEEN);

import { faultContext, plugin, targetOf } from './harness.ts';

// Run as a process of its own: crashes the container whose id is the first argument.
const [, , crash] = plugin.faults;
const context = faultContext();
const target = await targetOf(process.argv[2] ?? '');
const undo = await crash.prepare(target, {}, context);
await crash.inject(target, {}, undo, context);

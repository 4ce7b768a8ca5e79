import { context, faultIn } from './hold-plugin.ts';
import networkWithTargets from './plugin.ts';
import { targetOf } from './scene.ts';

// Run as a process of its own: injects one fault, says so, and stays until it is killed.
const [, , id = '', type = '', given = '{}', options = '{}'] = process.argv;
const fault = faultIn(networkWithTargets(JSON.parse(options)), type);
const target = await targetOf(id);
const params = fault.params.parse(JSON.parse(given));
const undo = await fault.prepare(target, params, context);
await fault.inject(target, params, undo, context);
process.stdout.write('injected\n');
process.stdin.resume();

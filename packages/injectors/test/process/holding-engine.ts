import { ChaosEngine } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';

// A process of its own: holds `process.pause` on the pid of the first argument, with the state folder of the second.
const [, , pid, state] = process.argv;
const engine = new ChaosEngine({ plugins: [processes()], state: state ?? '', armed: true });
await engine.start();
const fault = await engine.inject({ type: 'process.pause', target: { process: Number(pid) } });
process.stdout.write(`${fault.state.phase}\n`);

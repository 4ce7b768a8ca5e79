// A host that is killed: pauses the process it is given and says so.
import { ChaosEngine } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';

const [, , pid, state = '.chaos'] = process.argv;

async function main(): Promise<void> {
  const engine = new ChaosEngine({ plugins: [processes()], state, armed: true });
  await engine.start();
  const fault = await engine.inject({ type: 'process.pause', target: { process: Number(pid) }, for: '5m' });
  console.log(fault.state.phase, engine.status().guardian.pid);
}

void main();

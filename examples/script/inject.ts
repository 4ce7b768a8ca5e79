// One fault, alive exactly as long as its scope: nothing to clean up, also when the body throws or the process is killed.
import { spawn } from 'node:child_process';
import { ChaosEngine } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';

const victim = spawn('sleep', ['600']);
{
  await using engine = await new ChaosEngine({ plugins: [processes()], armed: true }).start();
  await using frozen = await engine.inject({ type: 'process.pause', target: { process: victim.pid ?? 0 }, for: '30s' });
  console.log(`${frozen.target.name} is stopped: ${await frozen.observe()}`);
}
console.log('and goes on: proven when the scope ended');
victim.kill();

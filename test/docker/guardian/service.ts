import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';

// Runs inside a container: a service that holds a fault on the container whose id is the first argument.
const engine = new ChaosEngine({
  plugins: [containers()],
  state: process.env['STATE'] ?? '',
  armed: true,
  lease: '3s',
});
engine.on('guardian:armed', ({ data }) => process.stdout.write(`guardian: ${data.launcher}\n`));
engine.on('engine:degraded', ({ data }) => process.stdout.write(`degraded: ${data.reason}\n`));
await engine.start();
const type = process.argv[3] === 'stop' ? 'container.stop' : 'container.pause';
const fault = await engine.inject({ type, target: { container: process.argv[2] ?? '' } });
process.stdout.write(`${fault.state.phase}\n`);

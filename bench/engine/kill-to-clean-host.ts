import { ChaosEngine } from '@bridge/chaos-core';
import { containers, processes } from '@bridge/chaos-injectors';

// Holds one fault until it is killed: see kill-to-clean.ts.

const [state = '', kind = '', id = ''] = process.argv.slice(2);
const engine = new ChaosEngine({
  plugins: [processes(), containers()],
  armed: true,
  state,
  safety: { maxShareOfGroup: 1 },
});
await engine.start();
if (kind === 'container') await engine.inject({ type: 'container.pause', target: { container: id } });
else await engine.inject({ type: 'process.pause', target: { process: { pid: Number(id) } } });
console.log('holding');

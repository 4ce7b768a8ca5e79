/** A host service that breaks a folder and goes on until it is killed. */
import { writeSync } from 'node:fs';
import { startFromConfig } from '../../src/index.ts';
import marks from '../federation/marks-plugin.ts';

const [state = '', folder = ''] = process.argv.slice(2);
const content = { runtime: { health: { recovery: false, chaos: { enabled: true } } } };
const system = await startFromConfig({
  config: { content, environment: {} },
  plugins: [marks()],
  things: [{ fault: { type: 'folder.mark', target: { folder }, params: {} } }],
  engine: { state, guardian: 'none' },
});
await system.engine?.inject({ type: 'folder.mark', target: { folder }, params: {} });
writeSync(1, 'broken\n');
setInterval(() => {}, 60_000);

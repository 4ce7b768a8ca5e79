import { ChaosEngine } from '@bridge/chaos-core';
import markers from '../fixtures/marker-plugin.ts';

// A host that holds one fault and has nothing else to do.
const [state = '', folder = ''] = process.argv.slice(2);
const engine = new ChaosEngine({ plugins: [markers()], armed: true, state });
await engine.start();
await engine.inject({ type: 'folder.marker', target: { folder }, params: {} });
process.stdout.write('injected\n');

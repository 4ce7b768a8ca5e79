import { ChaosEngine } from '@bridge/chaos-core';
import flags from './flag-plugin.ts';

// What a service manager runs after it has killed everything: the start reverts what is left. `recover.ts STATE TRACE`
const [, , state = '', trace = ''] = process.argv;
const engine = new ChaosEngine({ plugins: [flags({ trace })], state, armed: false });
await engine.start();
await engine.close();

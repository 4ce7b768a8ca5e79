/** A host service whose monkey breaks a folder as soon as it may, until the service is killed. */
import { writeSync } from 'node:fs';
import { startFromConfig } from '../../src/index.ts';
import { paced } from './paced.ts';

const [state = '', folder = '', limit = ''] = process.argv.slice(2);
const system = await startFromConfig(paced({ state, folder, limit }));
system.engine?.once('fault:effective', () => writeSync(1, 'broken\n'));
setInterval(() => {}, 60_000);

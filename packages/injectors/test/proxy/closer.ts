import { proxy } from '../../src/proxy/plugin.ts';

/** Closes one proxy, forgets another, and ends. */
const closing = await proxy({ name: 'closing', upstream: 1 });
await proxy({ name: 'forgotten', upstream: 1, linger: 100 });
await closing.close();
process.stdout.write('closed\n');

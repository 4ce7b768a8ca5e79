import { once } from 'node:events';
import { proxy } from '../../src/proxy/plugin.ts';
import { inject } from './inject.ts';

/** Owns a proxy, injects faults, says so in one line of JSON, and waits to be killed. */
const [upstream, listen, linger, registry] = process.argv.slice(2);
const db = await proxy({
  name: 'owned',
  upstream: Number(upstream),
  listen: Number(listen),
  linger: Number(linger),
  ...(registry ? { registry } : {}),
});
const faults = [
  await inject('owned', 'proxy.latency', { delay: '10s' }),
  await inject('owned', 'proxy.timeout', { scope: 'existing' }),
  await inject('owned', 'proxy.refuse'),
];
process.stdout.write(`${JSON.stringify({ port: db.port, pid: db.pid, undo: faults.map(({ undo }) => undo) })}\n`);
process.stdin.resume();
await once(process.stdin, 'close');

import { once } from 'node:events';
import { createServer } from 'node:net';
import { silentLogger, systemClock } from '@bridge/chaos-core';
import { tcp, workerSampler } from '@bridge/chaos-recovery';

// A host that samples a port of its own once, and says so.
const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
if (address === null || typeof address === 'string') throw new Error('expected a port');
const sampled = Promise.withResolvers<void>();
const probe = { name: 'own', type: 'tcp', every: 20, timeout: 20_000, options: { port: address.port } };
const running = await workerSampler().start([{ ...probe, implementation: tcp }], () => sampled.resolve(), {
  clock: systemClock,
  log: silentLogger,
});
await sampled.promise;
await running.stop();
console.log('sampled');
server.close();

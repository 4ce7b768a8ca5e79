import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

// Run in a container's network namespace: one open connection to an echo server. Each line on stdin is one round trip,
// answered with its milliseconds; "end" is said when the connection is over.
const [, , host = '', port = ''] = process.argv;
const socket = connect({ host, port: Number(port), noDelay: true });
socket.on('error', () => undefined).once('close', () => process.stdout.write('end\n'));
await once(socket, 'connect');
process.stdout.write('open\n');
for await (const line of createInterface({ input: process.stdin })) {
  const began = performance.now();
  const answer = Promise.race([once(socket, 'data'), once(socket, 'close')]);
  socket.write(line);
  await answer;
  process.stdout.write(`${performance.now() - began}\n`);
}
process.exit();

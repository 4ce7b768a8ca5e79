import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

// Run in a container's network namespace: TCP and UDP echo on port 7000, and on 7001 as a second service. Bytes that
// begin with "sink" are thrown away; "flood N" is answered with N bytes.
for (const port of [7000, 7001]) {
  const tcp = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      const [, amount] = /^flood (\d+)/.exec(data.toString('latin1', 0, 20)) ?? [];
      if (amount !== undefined) socket.end(Buffer.alloc(Number(amount)));
      else if (!data.toString('latin1', 0, 4).startsWith('sink')) socket.write(data);
    });
  });
  tcp.listen(port, '0.0.0.0', () => process.stdout.write('ready\n'));
  const udp = createSocket('udp4');
  udp.on('message', (message, { port: from, address }) => udp.send(message, from, address));
  udp.bind(port, '0.0.0.0', () => process.stdout.write('ready\n'));
}
process.stdin.resume().once('end', () => process.exit());

import { createServer } from 'node:net';

/** A server in a process of its own. The first byte of a connection says what it does: echo, send for ever, swallow. */
const chunk = Buffer.alloc(64 * 1_024);

const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (first: Buffer) => {
    const [mode] = first.toString('latin1');
    if (mode === 'e') {
      if (first.length > 1) socket.write(first.subarray(1));
      socket.pipe(socket);
    }
    if (mode === 's') {
      const send = (): void => {
        while (socket.writable && socket.write(chunk));
      };
      socket.on('drain', send);
      socket.on('end', () => socket.destroy());
      socket.resume();
      send();
    }
    if (mode === 'd') {
      let received = first.length - 1;
      socket.on('data', (data: Buffer) => {
        received += data.length;
      });
      socket.on('end', () => socket.end(String(received)));
    }
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.stdout.write(`${address.port}\n`);
});

// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());

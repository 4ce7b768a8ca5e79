import { createServer } from 'node:net';

/** A server in a process of its own. The first byte of a connection says what it does: echo, send for ever, swallow. */
const LAST = 1;
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
      // The last byte says so: a FIN would be the end of both directions through a proxy without half-close.
      let received = first.length - 1;
      const take = (data: Buffer): void => {
        if (data.at(-1) === LAST) socket.end(String(received));
      };
      take(first);
      socket.on('data', (data: Buffer) => {
        received += data.length;
        take(data);
      });
    }
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1_024 }, () => {
  const address = server.address();
  if (address !== null && typeof address !== 'string') process.stdout.write(`${address.port}\n`);
});

// Ends with the process that started it.
process.stdin.resume().on('end', () => process.exit());

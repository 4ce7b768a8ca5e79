import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/** A real TCP server on a free loopback port that remembers its connections in the order they came. */
export interface Upstream extends AsyncDisposable {
  readonly port: number;
  readonly sockets: readonly Socket[];
  /** The connection with this ordinal, once it is there. */
  socket(ordinal: number): Promise<Socket>;
}

export async function upstream(serve: (socket: Socket) => void): Promise<Upstream> {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    serve(socket);
    server.emit('served');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: portOf(server),
    sockets,
    async socket(ordinal) {
      for (;;) {
        const socket = sockets[ordinal];
        if (socket !== undefined) return socket;
        await once(server, 'served');
      }
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends back what it gets, and closes when the client has. */
export function echo(): Promise<Upstream> {
  return upstream((socket) => {
    socket.pipe(socket);
  });
}

export function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP server');
  return address.port;
}

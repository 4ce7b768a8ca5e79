import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../address.ts';

/** Listens, with both directions of a connection closing independently. */
export async function listen(address: Address, onConnection: (client: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, onConnection);
  server.listen({ ...address, backlog: 1_024 });
  await once(server, 'listening');
  return server;
}

export function addressOf(server: Server): Address {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a TCP server');
  return { host: address.address, port: address.port };
}

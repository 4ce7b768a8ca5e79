import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Address } from '../address.ts';
import { type CallContext, callOnce } from '../control/client.ts';

const CONCRETE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const ATTEMPTS = 3;

/** Connects to the listener as a client would, announced beforehand so that the upstream is not touched. */
export async function knock(control: string, listen: Address, context: CallContext): Promise<'accepted' | 'refused'> {
  const host = CONCRETE[listen.host] ?? listen.host;
  for (let attempt = 1; ; attempt += 1) {
    const localPort = await freePort(host);
    await callOnce<'expect'>(control, { op: 'expect', port: localPort }, context);
    const socket = connect({ host, port: listen.port, localAddress: host, localPort });
    try {
      await once(socket, 'connect', context.signal === undefined ? {} : { signal: context.signal });
      return 'accepted';
    } catch (thrown) {
      context.signal?.throwIfAborted();
      const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
      if (code === 'ECONNREFUSED') return 'refused';
      // Somebody else was given the port between the choice and the connect.
      if (attempt === ATTEMPTS || (code !== 'EADDRINUSE' && code !== 'EADDRNOTAVAIL')) throw thrown;
    } finally {
      socket.destroy();
    }
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP server');
  return address.port;
}

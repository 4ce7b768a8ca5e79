import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { Address } from '../address.ts';
import { addressOf } from './listen.ts';

const CONCRETE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * Keeps a port from being handed out while nobody listens on it: an established connection of our own is bound to
 * it, so the kernel gives it to nobody who asks for any port, yet connects to it are refused. Listening on it again
 * works while it is kept (`SO_REUSEADDR`).
 */
export async function keepPort({ host, port }: Address): Promise<Disposable> {
  const local = CONCRETE[host] ?? host;
  const anchor = createServer().listen(0, local);
  let held: Socket | undefined;
  try {
    await once(anchor, 'listening');
    const accepted = once(anchor, 'connection');
    held = connect({ host: local, port: addressOf(anchor).port, localAddress: local, localPort: port });
    const [[peer]] = await Promise.all([accepted, once(held, 'connect')]);
    return keeper(anchor, held, peer);
  } catch (thrown) {
    held?.destroy();
    anchor.close();
    throw thrown;
  }
}

function keeper(anchor: Server, held: Socket, peer: Socket): Disposable {
  // Both ends are ours; the one that is reset second reports it.
  held.on('error', () => {});
  peer.on('error', () => {});
  anchor.close();
  return {
    [Symbol.dispose]: () => {
      held.resetAndDestroy();
      peer.destroy();
    },
  };
}

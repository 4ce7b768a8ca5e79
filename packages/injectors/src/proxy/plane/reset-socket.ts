import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** An RST at once, whatever is still to be sent; under TLS it is closed. */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  // A connecting socket would wait for its peer. While a FIN is on its way libuv refuses to reset (EINVAL), and Node
  // then neither closes the handle nor emits `close`.
  const finishing = socket.writableEnded && !socket.writableFinished;
  if (socket.connecting || finishing || socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { resetSocket } from '../reset-socket.ts';

/** Joins two connections: what one sends the other gets, and when one has ended so does the other. */
export function tunnel(client: Duplex, upstream: Socket): void {
  upstream.pipe(client).pipe(upstream);
  client.once('close', () => {
    if (client.errored === null) endAfterAll(upstream);
    else resetSocket(upstream);
  });
  upstream.once('close', () => endAfterAll(client));
}

/** What was sent before still arrives; nobody is there to answer. */
function endAfterAll(stream: Duplex): void {
  stream.end(() => stream.destroy());
}

import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';

/**
 * Makes an accepted socket read into a buffer of ours. Node offers that only to a socket at its creation, and a server
 * creates those it accepts itself; so a new socket takes the handle over, as Node does when it sends one to another
 * process. To be called while the connection is announced: nothing has been read yet.
 *
 * @returns the socket to use from now on; where Node keeps its handles elsewhere, the same one, read as usual
 */
export function readInto(accepted: Socket, onread: OnReadOpts): Socket {
  const handle: unknown = Reflect.get(accepted, '_handle');
  if (typeof handle !== 'object' || handle === null) {
    accepted.on('data', (chunk: Buffer) => onread.callback(chunk.length, chunk));
    return accepted;
  }
  Reflect.set(accepted, '_handle', null);
  // The server no longer counts it.
  accepted.destroy();
  const options: SocketConstructorOpts = { allowHalfOpen: true, onread };
  return new Socket(Object.assign(options, { handle }));
}

import * as z from 'zod';
import { networkError } from '../real-error.ts';
import type { Connection } from './connection.ts';
import { holdSocket } from './hold.ts';

/** What happens to a connection that is hit. */
export const socketEffect = z.discriminatedUnion('kind', [
  /** Connecting fails with ECONNREFUSED. Open connections live on. */
  z.strictObject({ kind: z.literal('refuse') }),
  /** Ends with ECONNRESET: an open one at once, a new one as soon as it is connected. */
  z.strictObject({ kind: z.literal('reset') }),
  /** Nothing gets through in either direction, and nothing fails; all that was held goes on when the fault ends. */
  z.strictObject({ kind: z.literal('hold') }),
]);
export type SocketEffect = z.output<typeof socketEffect>;

export const socketEffectText: Readonly<Record<SocketEffect['kind'], string>> = {
  refuse: 'refuse new connections',
  reset: 'reset connections',
  hold: 'hold everything on connections',
};

/**
 * Hits a connection that is being made. What is returned undoes it when the fault ends; what comes later than that looks
 * at `isOver`.
 */
export function hitNew(
  { socket, destination }: Connection,
  { kind }: SocketEffect,
  isOver: () => boolean,
): Disposable | undefined {
  if (kind === 'hold') return holdSocket(socket);
  const { address = 'unknown', host = address, port } = destination;
  const peer = { host, address, port };
  // Destroyed inside its own attempt, or before it could be wired to its handle, a socket takes the process down.
  if (kind === 'refuse') process.nextTick(() => socket.destroy(networkError('ECONNREFUSED', peer)));
  else socket.once('connect', () => setImmediate(() => isOver() || socket.destroy(networkError('ECONNRESET', peer))));
  return undefined;
}

/** Hits a connection that is open. */
export function hitOpen({ socket, destination }: Connection, { kind }: SocketEffect): Disposable | undefined {
  if (kind === 'hold') return holdSocket(socket);
  if (kind === 'reset') socket.destroy(networkError('ECONNRESET', { host: destination.host ?? '' }));
  return undefined;
}

import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { connect as connectSecured } from 'node:tls';
import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { QueueServer } from './queue-url.ts';

/** Until a connection stands and the server has let us in, ms. */
export const CONNECT_TIMEOUT = 5_000;

export interface TlsSettings {
  /** File with the certificates of the authorities that are trusted, PEM. Default: those that Node trusts. */
  readonly ca?: string;
}

/** @throws ChaosError `CHAOS_TARGET_UNREACHABLE` that names host and port, never a password. */
export async function openSocket({ host, port, secured }: QueueServer, tls: TlsSettings): Promise<Socket> {
  const socket = connect({ host, port });
  try {
    await once(socket, 'connect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT) });
    return secured ? await secure(socket, host, tls) : socket;
  } catch (cause) {
    socket.destroy();
    throw unreachable({ host, port }, messageOf(cause), cause);
  }
}

/** Goes on with TLS on a connection that stands. */
export async function secure(socket: Socket, host: string, { ca }: TlsSettings): Promise<Socket> {
  const trusted = ca === undefined ? {} : { ca: await readFile(ca) };
  // A server name must be no address.
  const named = /^[\d.]+$|:/.test(host) ? {} : { servername: host };
  const secured = connectSecured({ socket, host, ...named, ...trusted });
  await once(secured, 'secureConnect', { signal: AbortSignal.timeout(CONNECT_TIMEOUT) });
  return secured;
}

export function unreachable({ host, port }: Pick<QueueServer, 'host' | 'port'>, reason: string, cause?: unknown) {
  return new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected the queue's server at ${host}:${port} to answer, got ${reason}`,
    {
      cause,
    },
  );
}

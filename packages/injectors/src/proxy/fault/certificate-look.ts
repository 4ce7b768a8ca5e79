import { once } from 'node:events';
import { connect } from 'node:tls';
import type { Address } from '../address.ts';

/** The certificate that a client is shown, whether or not it would trust it: its SHA-256. */
export async function shownCertificate({ host, port }: Address, signal: AbortSignal): Promise<string> {
  const socket = connect({ host, port, rejectUnauthorized: false });
  try {
    await once(socket, 'secureConnect', { signal });
    return socket.getPeerCertificate().fingerprint256;
  } finally {
    socket.destroy();
  }
}

import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

const file = (name: string): string => new URL(`../certificates/${name}`, import.meta.url).pathname;

/** A self-signed certificate for `service.test`. */
export const CERTIFICATE = file('service.test.pem');

export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
}

export async function httpService(listener: RequestListener): Promise<Service> {
  return listening(createServer(listener), 'http');
}

export async function httpsService(listener: RequestListener): Promise<Service> {
  const cert = readFileSync(CERTIFICATE);
  const key = readFileSync(file('service.test.key.pem'));
  return listening(createSecureServer({ cert, key }, listener), 'https');
}

async function listening(server: Server, scheme: string): Promise<Service> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${scheme}://127.0.0.1:${port}`,
    port,
    server,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

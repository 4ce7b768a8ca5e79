import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The run's own Docker engine behind another door. */
export interface Front extends AsyncDisposable {
  readonly port: number;
}

/** Read once: tests change the variable. */
const ENGINE_SOCKET = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');

function forward(client: Socket): void {
  const engine = connect(ENGINE_SOCKET);
  client.pipe(engine).pipe(client);
  for (const side of [client, engine]) side.on('error', () => [client, engine].map((socket) => socket.destroy()));
}

async function open(server: Server): Promise<Front> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Plain TCP, as `dockerd -H tcp://`. */
export function tcpFront(): Promise<Front> {
  return open(createServer(forward));
}

/** TLS that asks for a client certificate, as `dockerd --tlsverify`. `folder` holds ca.pem, cert.pem and key.pem. */
export async function tlsFront(): Promise<Front & { readonly folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-tls-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-noenc'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=authority',
  );
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-days', '2'];
  const server = ['-subj', '/CN=server', '-addext', 'subjectAltName=IP:127.0.0.1'];
  await openssl('req', '-x509', ...key, ...signed, '-keyout', 'server-key.pem', '-out', 'server.pem', ...server);
  await openssl('req', '-x509', ...key, ...signed, '-keyout', 'key.pem', '-out', 'cert.pem', '-subj', '/CN=client');
  const [ca, cert, serverKey] = await Promise.all(
    ['ca.pem', 'server.pem', 'server-key.pem'].map((name) => readFile(file(name))),
  );
  const listener = createTlsServer(
    {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(serverKey && { key: serverKey }),
      requestCert: true,
      rejectUnauthorized: true,
    },
    forward,
  );
  // A client without a certificate is what one of the tests is about.
  listener.on('tlsClientError', () => undefined);
  const front = await open(listener);
  return {
    port: front.port,
    folder,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import type { BenchFault, Contender } from './contender.ts';

/** The peer, if its server is on the PATH. */
export async function toxiproxy(upstream: number): Promise<Contender | undefined> {
  const binary = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'toxiproxy-server'))
    .find(isExecutable);
  if (binary === undefined) return undefined;
  const api = await freePort();
  const server = spawn(binary, ['-host', '127.0.0.1', '-port', String(api)], { stdio: 'ignore' });
  await once(server, 'spawn');
  const url = `http://127.0.0.1:${api}`;
  while (
    !(await fetch(`${url}/version`).then(
      ({ ok }) => ok,
      () => false,
    ))
  );
  const port = await freePort();
  await post(`${url}/proxies`, { name: 'bench', listen: `127.0.0.1:${port}`, upstream: `127.0.0.1:${upstream}` });
  return {
    name: 'toxiproxy',
    port,
    ...(server.pid === undefined ? {} : { pid: server.pid }),
    inject: (fault) => inject(url, fault),
    async [Symbol.asyncDispose]() {
      const ended = once(server, 'exit');
      server.kill();
      await ended;
    },
  };
}

async function inject(url: string, fault: BenchFault): Promise<AsyncDisposable> {
  const toxics = `${url}/proxies/bench/toxics`;
  const attributes =
    fault.kind === 'latency' ? { latency: fault.milliseconds } : { rate: fault.megabytesPerSecond * 1_000 };
  await post(toxics, { name: 'bench', type: fault.kind, stream: 'downstream', attributes });
  return {
    async [Symbol.asyncDispose]() {
      await fetch(`${toxics}/bench`, { method: 'DELETE' });
    },
  };
}

async function post(url: string, body: object): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('expected a TCP server');
  return address.port;
}

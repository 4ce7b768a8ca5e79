import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Docker engine that answers everything but requests whose path ends in `word`. */
export interface SilentEngine extends AsyncDisposable {
  readonly host: `unix://${string}`;
  /** Resolves when such a request has come in that was not told of yet. */
  asked(): Promise<void>;
}

const ANSWERS: readonly (readonly [path: RegExp, status: number, body: unknown])[] = [
  [/\/version$/, 200, { Arch: 'amd64' }],
  [/\/containers\/json$/, 200, []],
  [/\/containers\/create$/, 201, { Id: 'f'.repeat(64) }],
];

export async function silentEngine(word: string): Promise<SilentEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-engine-'));
  const path = join(folder, 'docker.sock');
  const requests = new EventEmitter();
  let waiting = 0;
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://engine');
    if (!pathname.endsWith(word)) return answer(pathname, response);
    waiting += 1;
    requests.emit('one');
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    host: `unix://${path}`,
    async asked() {
      if (waiting === 0) await once(requests, 'one');
      waiting -= 1;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true });
    },
  };
}

function answer(pathname: string, response: ServerResponse): void {
  const [, status, body] = ANSWERS.find(([path]) => path.test(pathname)) ?? [undefined, 200, {}];
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

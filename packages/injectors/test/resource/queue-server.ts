import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';

/** Many queues behind one HTTP server: POST and GET `/<queue>`, DELETE `/<queue>/<id>`. */
export interface QueueServer extends AsyncDisposable {
  readonly url: string;
  /** What waits in a queue, oldest first; to be changed by the test as a worker would. */
  waiting(queue: string): string[];
  /** Messages that were sent and are not in yet. */
  readonly outside: number;
}

export interface QueueServerOptions {
  /** How long it has a message before that waits, ms. */
  readonly takes?: number;
  /** Every message but the first waits only after its sender has given up, and the queue was looked at since. */
  readonly late?: boolean;
}

export async function startQueueServer({ takes = 0, late = false }: QueueServerOptions = {}): Promise<QueueServer> {
  const queues = new Map<string, string[]>();
  const waiting = (queue: string): string[] => {
    const found = queues.get(queue) ?? [];
    queues.set(queue, found);
    return found;
  };
  const looks = new EventEmitter();
  let outside = 0;
  let firstIsIn = false;
  const server = createServer(async (request, response) => {
    const [, queue = '', id = ''] = (request.url ?? '').split('/');
    const found = waiting(queue);
    if (request.method === 'POST') {
      const body: unknown = await json(request);
      outside += 1;
      if (takes > 0) await setTimeout(takes);
      if (late && firstIsIn) {
        await once(response, 'close');
        await once(looks, 'end');
      }
      firstIsIn = true;
      outside -= 1;
      if (typeof body === 'object' && body !== null) found.push(String(Reflect.get(body, 'id')));
    }
    const at = found.indexOf(id);
    if (request.method === 'DELETE') {
      if (at === -1) response.statusCode = 404;
      else found.splice(at, 1);
    }
    if (request.method === 'GET') response.once('close', () => looks.emit('end'));
    response.end(request.method === 'GET' ? JSON.stringify(found) : '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    waiting,
    get outside() {
      return outside;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

/** The options with which `resources()` reaches one of its queues. */
export function overHttp(url: string, queue: string) {
  return {
    http: {
      put: { url: `${url}/${queue}`, body: { id: '${id}', amount: 1 } },
      remove: { url: `${url}/${queue}/\${id}` },
      list: { url: `${url}/${queue}` },
    },
  };
}

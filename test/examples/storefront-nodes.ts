import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FaultProxy, proxy } from '@bridge/chaos-injectors';

const NODES = 4;
const PATIENCE = 400;

/** Nodes that can be cut off, and an address that answers 200 while more than half of them can be asked. */
export interface Nodes extends AsyncDisposable {
  readonly label: { readonly node: string };
  readonly consensus: string;
}

/** Ways to one service, each through a proxy of its own, as if it were a node each. */
export async function startNodes(upstream: string, path: string): Promise<Nodes> {
  await using started = new AsyncDisposableStack();
  const nodes: FaultProxy[] = [];
  for (let index = 0; index < NODES; index += 1) {
    const options = {
      upstream: new URL(upstream).host,
      labels: { node: 'yes' },
      group: 'nodes',
      linger: '2s',
    } as const;
    nodes.push(started.use(await proxy({ name: `node-${index}`, ...options })));
  }
  const server = createServer(async (_, response) => {
    const answers = await Promise.all(nodes.map(({ port }) => agrees(`http://127.0.0.1:${port}${path}`)));
    response.writeHead(answers.filter(Boolean).length > NODES / 2 ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.defer(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  const running = started.move();
  return {
    label: { node: 'yes' },
    consensus: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function agrees(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

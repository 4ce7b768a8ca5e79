import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { attach } from '../../src/container/container-guardian.ts';
import { DockerContainer } from '../../src/container/docker-container.ts';
import { DockerConnections } from '../../src/docker/connections.ts';
import { faultContext } from '../fault-context.ts';

const UPGRADED = 'HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n';

/** A Docker engine over TCP that resets an attached connection at the first word it hears. */
async function resettingEngine() {
  const server = createServer().on('upgrade', (_request, socket) => {
    socket.once('data', () => socket instanceof Socket && socket.resetAndDestroy());
    socket.write(UPGRADED);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { host: `tcp://127.0.0.1:${port}`, [Symbol.asyncDispose]: async () => void server.close() } as const;
}

it('a guardian whose connection is reset has ended for its engine', async () => {
  const state = await mkdtemp(join(tmpdir(), 'chaos-guardian-'));
  await using engine = await resettingEngine();
  const connections = new DockerConnections({ far: engine.host });
  const connection = connections.get('far');
  const container = new DockerContainer(connection, 'guardian', faultContext());
  const guardian = await connection.call(faultContext(), {
    what: 'attach',
    send: (docker) => attach(docker, container, state),
  });
  guardian.stdout.resume();
  const silent = once(guardian.stdout, 'end');
  guardian.stdin.write('{"say":"beat"}\n');
  await expect(guardian.exited).resolves.toBeUndefined();
  await silent;
  connections.close();
  await rm(state, { recursive: true });
});

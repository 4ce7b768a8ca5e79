import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { networkFailure } from '../../src/probe/network-failure.ts';
import { testFolder } from '../playbook/scene.ts';

const SERVER = `require('node:net').createServer().listen({ path: process.argv[1], backlog: 1 }, () => console.log('listens'))`;

it('a Unix socket whose server takes no connection any more is degraded: every user gets the same answer', async () => {
  await using folder = await testFolder();
  const path = join(folder.path, 'service.sock');
  const server = spawn(process.execPath, ['-e', SERVER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const sockets: Socket[] = [];
  try {
    await once(server.stdout, 'data');
    server.kill('SIGSTOP');
    const full = new Promise<Error>((resolve) => {
      for (let count = 0; count < 50; count += 1) sockets.push(connect(path).once('error', resolve));
    });
    const error = await full;
    expect(error).toMatchObject({ code: 'EAGAIN' });
    expect(networkFailure(error, new AbortController().signal)).toMatchObject({ health: 'degraded' });
  } finally {
    server.kill('SIGKILL');
    for (const socket of sockets) socket.destroy();
    await once(server, 'exit');
  }
});

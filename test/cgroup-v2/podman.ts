import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

export interface Podman extends AsyncDisposable {
  readonly host: string;
}

/** Podman's service with a store of its own, and with the runtime it comes with. */
export async function startPodman(): Promise<Podman> {
  const folder = await mkdtemp(join(tmpdir(), 'podman-'));
  const socket = join(folder, 'podman.sock');
  const store = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const engine = ['--cgroup-manager', 'cgroupfs', '--events-backend', 'file'];
  const args = [...store, ...engine, 'system', 'service', '--time', '0', `unix://${socket}`];
  const service = spawn('podman', args, { stdio: 'inherit', env: { ...process.env, TMPDIR: folder } });
  await eventually('the socket of Podman', () => existsSync(socket));
  return {
    host: `unix://${socket}`,
    async [Symbol.asyncDispose]() {
      const ended = once(service, 'exit');
      service.kill();
      await ended;
      await rm(folder, { recursive: true, maxRetries: 20, retryDelay: 100 });
    },
  };
}

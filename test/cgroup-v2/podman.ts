import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endService } from '../docker/connection/end-service.ts';
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
  // In mounts of its own: what it still has mounted at its end would keep its folder from being removed.
  const service = spawn('unshare', ['--mount', '--propagation', 'private', 'podman', ...args], {
    stdio: 'inherit',
    env: { ...process.env, TMPDIR: folder },
  });
  await eventually('the socket of Podman', () => existsSync(socket));
  return {
    host: `unix://${socket}`,
    [Symbol.asyncDispose]: () => endService(service, folder),
  };
}

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { testRunOf } from '../../../setup/test-run.mjs';
import { endService } from './end-service.ts';

/** Podman's service on a socket and with a store of the test's own. */
export interface PodmanService extends AsyncDisposable {
  readonly host: string;
}

/** Flags a container needs here: limits that this user may set, and the run's own cgroup, which goes with the run. */
export function podmanFlags(): readonly string[] {
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024'];
  const run = process.env['CHAOS_TEST_RUN'];
  return run === undefined ? limits : [...limits, '--cgroup-parent', `/${testRunOf(run).cgroup}/podman`];
}

export async function podmanService(): Promise<PodmanService> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-podman-'));
  const socket = join(folder, 'podman.sock');
  const store = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
  // runc, because crun refuses a machine with both versions of cgroups mounted.
  const engine = ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs', '--events-backend', 'file'];
  const args = [...store, ...engine, 'system', 'service', '--time', '0', `unix://${socket}`];
  // Podman leaves what it was sent in its folder for temporary files, which is not `--tmpdir` but the environment's.
  const service = spawn('unshare', ['--mount', '--propagation', 'private', 'podman', ...args], {
    stdio: 'ignore',
    env: { ...process.env, TMPDIR: folder },
  });
  await expect.poll(() => existsSync(socket), { timeout: 20_000 }).toBe(true);
  return {
    host: `unix://${socket}`,
    [Symbol.asyncDispose]: () => endService(service, folder),
  };
}

import { execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { endService } from './end-service.ts';

/** A Docker engine that a user without rights runs, with a store and a socket of the test's own. */
export interface RootlessEngine extends AsyncDisposable {
  readonly host: string;
}

/** Every Debian has it, with these numbers. */
const USER = { name: 'daemon', uid: 1, gid: 1 } as const;
/** Not those of anybody else: the files of the engine's containers belong to them. */
const SUBORDINATE = `${USER.name}:7000000:65536\n`;

// Seen by nobody else: which ids the user may hand out, and the folder that those ids may pass.
const OWN_IDS = `mount --bind "$1" /etc/subuid && mount --bind "$1" /etc/subgid && shift && exec "$@"`;
// What another engine of this machine keeps there is not for this one; its network is one of its own, where it is root.
const OWN_RUN = `rm -f /run/docker /run/containerd /run/xtables.lock && exec unshare --net "$@"`;

export async function rootlessEngine(): Promise<RootlessEngine> {
  // A socket's path may have 107 bytes at most.
  const folder = await mkdtemp('/var/tmp/chaos-rootless-');
  const [ids, runtime] = [join(folder, 'ids'), join(folder, 'run')];
  await writeFile(ids, SUBORDINATE);
  await mkdir(runtime, { mode: 0o700 });
  for (const path of [folder, runtime]) await chown(path, USER.uid, USER.gid);
  await chmod(folder, 0o711);
  const socket = join(runtime, 'docker.sock');
  const engine = ['dockerd', '--rootless', '--storage-driver', 'vfs', '--data-root', join(folder, 'data')];
  const place = ['--host', `unix://${socket}`, '--exec-root', join(runtime, 'exec'), '--pidfile', join(runtime, 'pid')];
  const user = ['setpriv', `--reuid=${USER.uid}`, `--regid=${USER.gid}`, '--clear-groups'];
  const kit = ['rootlesskit', '--net=host', '--copy-up=/etc', '--copy-up=/run', '--propagation=rprivate'];
  const command = [...user, ...kit, 'sh', '-c', OWN_RUN, 'rootless', ...engine, ...place];
  const service = spawn('unshare', ['--mount', '--propagation=private', 'sh', '-c', OWN_IDS, 'ids', ids, ...command], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      HOME: folder,
      XDG_RUNTIME_DIR: runtime,
      // By which what a killed run left is found.
      CHAOS_TEST_RUN: process.env['CHAOS_TEST_RUN'],
    },
  });
  let said = '';
  service.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const stop = (): Promise<void> => endService(service, folder);
  try {
    const answers = () => promisify(execFile)('docker', ['--host', `unix://${socket}`, 'version']);
    await vi.waitFor(answers, { timeout: 60_000, interval: 250 });
  } catch (error) {
    await stop();
    throw new Error(`The rootless engine did not start. It said: ${said}`, { cause: error });
  }
  return { host: `unix://${socket}`, [Symbol.asyncDispose]: stop };
}

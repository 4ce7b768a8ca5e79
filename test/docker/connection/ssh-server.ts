import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';

const run = promisify(execFile);

/** A real sshd on loopback that lets this user in with a key of the test's own. */
export interface SshServer extends AsyncDisposable {
  readonly port: number;
  readonly user: string;
  readonly identity: string;
  /** Knows the server's key. */
  readonly knownHosts: string;
  /** Knows no key at all. */
  readonly nobodyKnown: string;
}

export async function sshServer(): Promise<SshServer> {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-ssh-'));
  const file = (name: string): string => join(folder, name);
  for (const key of ['host', 'identity']) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  const port = await freePort();
  const { stdout: hostKey } = await run('ssh-keygen', ['-y', '-f', file('host')]);
  await writeFile(file('known_hosts'), `[127.0.0.1]:${port} ${hostKey}`);
  await writeFile(file('nobody'), '');
  await run('cp', [file('identity.pub'), file('authorized_keys')]);
  await writeFile(
    file('sshd_config'),
    [
      `ListenAddress 127.0.0.1:${port}`,
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized_keys')}`,
      'PasswordAuthentication no',
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      'PermitRootLogin prohibit-password',
    ].join('\n'),
  );
  // Where sshd drops its privileges; Debian makes it when the service starts.
  await mkdir('/run/sshd', { recursive: true });
  const sshd = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', file('sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const complaint: string[] = [];
  sshd.stderr.on('data', (chunk: Buffer) => complaint.push(String(chunk)));
  await expect.poll(() => answers(port), { timeout: 10_000, message: complaint.join('') }).toBe(true);
  return {
    port,
    user: userInfo().username,
    identity: file('identity'),
    knownHosts: file('known_hosts'),
    nobodyKnown: file('nobody'),
    async [Symbol.asyncDispose]() {
      const ended = once(sshd, 'exit');
      sshd.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'data');
    return true;
  } catch {
    // Not yet.
    return false;
  } finally {
    socket.destroy();
  }
}

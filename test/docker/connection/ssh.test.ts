import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { containers } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { startContainer } from '../../docker-engine/index.ts';
import { faultContext, targetOf } from '../container/harness.ts';
import { sshServer } from './ssh-server.ts';

const run = promisify(execFile);
const context = faultContext();
const SOCKET = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');

describe('a connection over SSH', () => {
  it('needs an sshd to be tested: apt-get install openssh-server', () => {
    expect(existsSync('/usr/sbin/sshd')).toBe(true);
  });

  it('logs in like the system’s ssh and works like any other', async () => {
    await using web = await startContainer({ network: 'none' });
    await using server = await sshServer();
    const host = `ssh://${server.user}@127.0.0.1:${server.port}${SOCKET}`;
    const plugin = containers({
      hosts: { far: { host, ssh: { identity: server.identity, knownHosts: server.knownHosts } } },
    });
    const [pause] = plugin.faults;
    const target = await targetOf(web.id, plugin);
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    expect(await web.status()).toBe('paused');
    await Promise.all([pause.observe(undo, context), pause.observe(undo, context), pause.observe(undo, context)]);
    await pause.revert(undo, context);
    expect(await web.status()).toBe('running');
    await plugin.close?.();
  });

  it('does not keep a process alive that has nothing left to do', async () => {
    await using web = await startContainer({ network: 'none' });
    await using server = await sshServer();
    const host = `ssh://${server.user}@127.0.0.1:${server.port}${SOCKET}`;
    const far = { host, ssh: { identity: server.identity, knownHosts: server.knownHosts } };
    const near = `unix://${SOCKET}`;
    const script = new URL('list-containers.ts', import.meta.url).pathname;
    const args = ['-C', '@bridge/source', script, JSON.stringify({ hosts: { far, near } })];
    const { stdout } = await run(process.execPath, args, { timeout: 30_000 });
    expect([web.id.length, stdout]).toEqual([64, 'true\n']);
  });

  it('is refused when the server’s key is not known', async () => {
    await using server = await sshServer();
    const host = `ssh://${server.user}@127.0.0.1:${server.port}${SOCKET}`;
    const plugin = containers({
      hosts: { far: { host, ssh: { identity: server.identity, knownHosts: server.nobodyKnown } } },
    });
    await expect(targetOf('web', plugin)).rejects.toThrow(
      /CHAOS_TARGET_UNREACHABLE.*"far".*Host key verification failed/s,
    );
    await plugin.close?.();
  });
});

import { describe, expect, test } from 'vitest';
import { setUp } from './set-up.ts';

const inOtherNamespace = (script: string) => ['unshare', '--mount', 'sh', '-c', `${script} && exec "$@"`, 'sh'];
const hide = (...programs: string[]) =>
  programs.map((program) => `mount --bind /dev/null $(command -v ${program})`).join(' && ');

describe('where set-up is impossible', () => {
  test('without root it says so and what to do', async () => {
    // In a user namespace without a mapping nobody is root, and files can still be read.
    const { code, stderr } = await setUp(['test'], { through: ['unshare', '--user'] });
    expect(code).toBe(1);
    expect(stderr).toContain('needs root, and this user is not');
    expect(stderr).toContain('sudo npm test');
    expect(stderr).toContain('CHAOS_TEST_DOCKER_HOST=unix:///var/run/docker.sock');
  });

  test('without an engine and without apt-get it names the missing programs', async () => {
    const { code, stderr } = await setUp(['test'], { through: inOtherNamespace(hide('dockerd', 'apt-get')) });
    expect(code).toBe(1);
    expect(stderr).toContain('there is no dockerd, and no apt-get to install it with');
  });

  test('with an engine but without another program it names the package', async () => {
    const { code, stderr } = await setUp(['test'], { through: inOtherNamespace(hide('strace', 'apt-get')) });
    expect(code).toBe(1);
    expect(stderr).toContain('missing strace, and this system has no apt-get');
    expect(stderr).toContain('apt-get install -y --no-install-recommends strace');
  });

  test('an engine that does not start shows its last words', async () => {
    const dockerd = '#!/bin/sh\necho no space left; exit 3\n';
    const replace = `mount -t tmpfs tmpfs /mnt && printf '${dockerd}' > /mnt/dockerd && chmod +x /mnt/dockerd && mount --bind /mnt/dockerd $(command -v dockerd)`;
    const { code, stderr } = await setUp(['exec', '--', 'true'], { through: inOtherNamespace(replace) });
    expect(code).toBe(1);
    expect(stderr).toMatch(/did not start: it ended with 3\. Its last words:\nno space left/);
  });
});

describe('CHAOS_TEST_DOCKER_HOST', () => {
  test('that is no address is refused', async () => {
    const { code, stderr } = await setUp(['test'], { env: { CHAOS_TEST_DOCKER_HOST: 'docker' } });
    expect(code).toBe(1);
    expect(stderr).toContain("it is 'docker'");
  });

  test('that does not answer is refused', async () => {
    const { code, stderr } = await setUp(['test'], { env: { CHAOS_TEST_DOCKER_HOST: 'unix:///nowhere.sock' } });
    expect(code).toBe(1);
    expect(stderr).toContain('unix:///nowhere.sock cannot be reached: connect ENOENT');
  });

  test('none runs without an engine, and says so', async () => {
    const env = { CHAOS_TEST_DOCKER_HOST: 'none' };
    const { code, stdout, stderr } = await setUp(['exec', '--', 'sh', '-c', 'echo "<$DOCKER_HOST>"'], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '<>\n' });
    expect(stderr).toContain('no Docker engine (CHAOS_TEST_DOCKER_HOST=none): what needs one is left out');
  });

  test('that answers is handed on', async () => {
    const host = process.env['DOCKER_HOST'] ?? '';
    const env = { CHAOS_TEST_DOCKER_HOST: host };
    const { code, stdout } = await setUp(['exec', '--', 'sh', '-c', 'echo $DOCKER_HOST'], { env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${host}\n` });
  });
});

test('without a command it says how it is used', async () => {
  const { code, stderr } = await setUp([]);
  expect(code).toBe(1);
  expect(stderr).toContain('usage:');
});

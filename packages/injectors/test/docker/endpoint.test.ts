import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerHost, endpointOf } from '../../src/docker/docker-host.ts';
import { describeEndpoint, parseEndpoint } from '../../src/docker/endpoint.ts';

const SYSTEM_SOCKET = '/var/run/docker.sock';

describe('a Docker host', () => {
  it.each([
    ['unix:///run/docker.sock', { kind: 'socket', path: '/run/docker.sock' }],
    ['npipe:////./pipe/docker_engine', { kind: 'socket', path: '//./pipe/docker_engine' }],
    ['tcp://10.0.0.7', { kind: 'tcp', host: '10.0.0.7', port: 2375 }],
    ['tcp://[::1]:2400', { kind: 'tcp', host: '[::1]', port: 2400 }],
    ['https://docker.internal', { kind: 'tcp', host: 'docker.internal', port: 2376, tls: {} }],
    ['ssh://root@box', { kind: 'ssh', host: 'box', user: 'root' }],
    [
      'ssh://box:2222/run/user/1/docker.sock',
      { kind: 'ssh', host: 'box', port: 2222, socket: '/run/user/1/docker.sock' },
    ],
  ])('may be %s', (host, endpoint) => {
    expect(JSON.parse(JSON.stringify(parseEndpoint(host)))).toEqual(endpoint);
  });

  it.each(['docker', 'ftp://x', 'unix://', 'tcp://', '/var/run/docker.sock'])('may not be %s', (host) => {
    expect(() => parseEndpoint(host)).toThrow(/CHAOS_OPTIONS_INVALID.*unix:\/\/\/path/);
  });

  it('never lets its name become an option of ssh', () => {
    expect(() => parseEndpoint('ssh://-oProxyCommand=x')).toThrow(/CHAOS_OPTIONS_INVALID/);
    expect(() => parseEndpoint('ssh://-l@box')).toThrow(/CHAOS_OPTIONS_INVALID/);
  });

  it('shows in messages how it is reached', () => {
    expect(describeEndpoint(parseEndpoint('ssh://me@box:22'))).toBe('ssh://me@box:22');
    expect(describeEndpoint(parseEndpoint('https://box'))).toBe('tcp+tls://box:2376');
  });

  it('refuses what it does not know', () => {
    expect(dockerHost.safeParse({ host: 'tcp://x', cert: 'y' }).success).toBe(false);
    expect(dockerHost.safeParse({ context: '' }).success).toBe(false);
  });
});

describe('the endpoint without a configured host', () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chaos-docker-'));
    environment = { DOCKER_CONFIG: folder, XDG_RUNTIME_DIR: folder };
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function context(name: string, docker: object, files: readonly string[] = []): Promise<string> {
    const digest = createHash('sha256').update(name).digest('hex');
    await mkdir(join(folder, 'contexts/meta', digest), { recursive: true });
    const meta = { Name: name, Metadata: {}, Endpoints: { docker } };
    await writeFile(join(folder, 'contexts/meta', digest, 'meta.json'), JSON.stringify(meta));
    const tls = join(folder, 'contexts/tls', digest, 'docker');
    await mkdir(tls, { recursive: true });
    for (const file of files) await writeFile(join(tls, file), '');
    return tls;
  }

  it('is DOCKER_HOST first', async () => {
    await context('other', { Host: 'tcp://other:1' });
    const set = { ...environment, DOCKER_HOST: 'tcp://first:2375', DOCKER_CONTEXT: 'other' };
    expect(await endpointOf(undefined, set)).toMatchObject({ host: 'first', tls: undefined });
  });

  it('takes the certificates of DOCKER_CERT_PATH', async () => {
    for (const file of ['ca.pem', 'cert.pem', 'key.pem']) await writeFile(join(folder, file), '');
    const set = { ...environment, DOCKER_HOST: 'tcp://first', DOCKER_CERT_PATH: folder };
    expect(await endpointOf(undefined, set)).toEqual({
      kind: 'tcp',
      host: 'first',
      port: 2376,
      tls: { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') },
    });
  });

  it('is then DOCKER_CONTEXT, then the context in use, with their certificates', async () => {
    const tls = await context('secure', { Host: 'tcp://secure:2376', SkipTLSVerify: false }, ['ca.pem']);
    await context('used', { Host: 'ssh://me@used' });
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: {}, currentContext: 'used' }));
    expect(await endpointOf(undefined, { ...environment, DOCKER_CONTEXT: 'secure' })).toMatchObject({
      host: 'secure',
      tls: { ca: join(tls, 'ca.pem') },
    });
    expect(await endpointOf(undefined, environment)).toMatchObject({ kind: 'ssh', host: 'used', user: 'me' });
    expect(await endpointOf({ context: 'secure' }, environment)).toMatchObject({ host: 'secure' });
  });

  it('says which context is missing', async () => {
    await expect(endpointOf({ context: 'nope' }, environment)).rejects.toThrow(/"nope".*docker context ls/);
  });

  it('is then the system’s socket, or that of a rootless engine, or of Podman, the first there is', async () => {
    const found = (path: string) => ({ kind: 'socket', path: existsSync(SYSTEM_SOCKET) ? SYSTEM_SOCKET : path });
    await mkdir(join(folder, 'podman'));
    await using podman = await listen(join(folder, 'podman/podman.sock'));
    expect(await endpointOf(undefined, environment)).toEqual(found(podman.path));
    await using rootless = await listen(join(folder, 'docker.sock'));
    expect(await endpointOf(undefined, environment)).toEqual(found(rootless.path));
  });
});

async function listen(path: string): Promise<AsyncDisposable & { path: string }> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return { path, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) };
}

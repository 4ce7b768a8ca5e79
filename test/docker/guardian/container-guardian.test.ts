import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containers } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { docker, nodeImage, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { faultContext, plugin, targetOf } from '../container/harness.ts';

const WORKSPACE = new URL('../../..', import.meta.url).pathname.replace(/\/$/, '');
const SOCKET = (process.env['DOCKER_HOST'] ?? '').replace('unix://', '');

interface EngineOptions {
  readonly state?: 'mounted' | 'in the container';
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
  /** Module of this folder, and its arguments. Default: `engine.ts`. */
  readonly program?: readonly string[];
}

/** Starts a container that runs `engine.ts`, as a team would run its service: code and socket on mounts. */
async function startEngine({ state = 'mounted', env = {}, flags = [], program = ['engine.ts'] }: EngineOptions = {}) {
  const [module, ...args] = program;
  const folder = await mkdtemp(join(tmpdir(), 'chaos-state-'));
  const container = await startContainer({
    image: await nodeImage(),
    command: ['node', '-C', '@bridge/source', `${WORKSPACE}/test/docker/guardian/${module}`, ...args],
    binds: [
      `${WORKSPACE}:${WORKSPACE}:ro`,
      `${SOCKET}:/var/run/docker.sock`,
      ...(state === 'mounted' ? [`${folder}:${folder}`] : []),
    ],
    env: { STATE: folder, GUARDIAN_NOTES: join(folder, 'notes'), ...env },
    flags,
  });
  return {
    container,
    output: () => docker(['logs', container.id]),
    notes: () => readFile(join(folder, 'notes'), 'utf8').catch(() => ''),
    log: () => readFile(join(folder, 'guardian.log'), 'utf8'),
    guardian: () =>
      docker(['ps', '--all', '--quiet', '--no-trunc', '--filter', `label=bridge.chaos.engine=${container.id}`]),
    async [Symbol.asyncDispose]() {
      await container[Symbol.asyncDispose]();
      await expect.poll(() => guardiansOf(container)).toBe('');
      await rm(folder, { recursive: true });
    },
  };
}

const guardiansOf = ({ id }: TestContainer) =>
  docker(['ps', '--all', '--quiet', '--filter', `label=bridge.chaos.engine=${id}`]);

describe('the guardian of an engine in a container', () => {
  it('is a second container that hears of the death of the first', async () => {
    await using engine = await startEngine();
    await expect.poll(engine.output, { timeout: 20_000 }).toContain('echo hello');
    const id = await engine.guardian();
    const target = await targetOf(id);
    expect(await plugin.targets[0].protects(target, faultContext())).toMatch(/guardian/);
    expect(await engine.notes()).toBe('heard hello\n');
    expect(await engine.log()).toBe('guardian stands by\n');

    await docker(['kill', engine.container.id]);
    await expect.poll(engine.notes, { timeout: 10_000 }).toBe('heard hello\nend\n');
    await expect.poll(engine.guardian, { timeout: 10_000 }).toBe('');
  });

  it('has the same image, mounts and network, and none of the labels and ports', async () => {
    const flags = ['--label', 'com.docker.compose.project=shop', '--publish', '127.0.0.1::80', '--cap-drop', 'NET_RAW'];
    await using engine = await startEngine({ flags });
    await expect.poll(engine.output, { timeout: 20_000 }).toContain('echo hello');
    const format = ['--format', '{{json .}}'];
    const own = JSON.parse(await docker(['inspect', ...format, engine.container.id]));
    const guardian = JSON.parse(await docker(['inspect', ...format, await engine.guardian()]));
    expect(guardian.Image).toBe(own.Image);
    expect(guardian.Mounts.map(destination).sort()).toEqual(own.Mounts.map(destination).sort());
    expect(Object.keys(guardian.NetworkSettings.Networks)).toEqual(Object.keys(own.NetworkSettings.Networks));
    expect(guardian.HostConfig.CapDrop).toEqual(own.HostConfig.CapDrop);
    expect(guardian.HostConfig.PortBindings ?? {}).toEqual({});
    expect(guardian.HostConfig.AutoRemove).toBe(true);
    expect(guardian.HostConfig.RestartPolicy.Name).toMatch(/^(no)?$/);
    expect(guardian.Config.Labels).toEqual({ 'bridge.chaos.helper': 'guardian', 'bridge.chaos.engine': own.Id });
  });

  it('is noticed when it dies', async () => {
    await using engine = await startEngine();
    await expect.poll(engine.output, { timeout: 20_000 }).toContain('echo hello');
    await docker(['kill', await engine.guardian()]);
    await expect.poll(engine.output, { timeout: 10_000 }).toContain('guardian ended');
  });

  it('can be ended by the engine', async () => {
    await using engine = await startEngine();
    await expect.poll(engine.output, { timeout: 20_000 }).toContain('echo hello');
    await docker(['kill', '--signal', 'USR1', engine.container.id]);
    await expect.poll(engine.output, { timeout: 10_000 }).toContain('guardian ended');
    await expect.poll(engine.guardian).toBe('');
  });

  it('does not keep an engine alive that is done', async () => {
    await using engine = await startEngine({ env: { LEAVE: 'yes' } });
    expect(await docker(['wait', engine.container.id])).toBe('0');
    expect(await engine.output()).toContain('echo hello');
  });

  it('is refused when the state folder cannot be shared', async () => {
    await using engine = await startEngine({ state: 'in the container' });
    expect(await docker(['wait', engine.container.id])).toBe('0');
    expect(await engine.output()).toMatch(/"applies":false.*not on a writable bind mount or volume/);
  });

  it('takes no other container for its own when it shares that one’s network', async () => {
    await using neighbour = await startContainer();
    // With a cgroup namespace of its own the only id it sees is the neighbour's.
    const flags = ['--network', `container:${neighbour.id}`, '--cgroupns', 'private'];
    await using engine = await startEngine({ flags });
    await expect.poll(engine.output, { timeout: 20_000 }).toContain('echo hello');
    const guardian = await docker(['inspect', '--format', '{{json .Mounts}}', await engine.guardian()]);
    expect(guardian).toContain('docker.sock');
  });

  it('is not needed outside a container', async () => {
    const verdict = await containers().guardian?.applies({ state: '/tmp', entry: '/tmp/x.mjs', nodeFlags: [] });
    expect(verdict).toMatchObject({ applies: false, reason: expect.stringContaining('does not run in a') });
  });
});

describe('a fault of an engine in a container', () => {
  it.each(['pause', 'stop'])('container.%s is undone when that container is killed', async (fault) => {
    await using web = await startContainer();
    await using engine = await startEngine({ program: ['service.ts', web.id, fault] });
    await expect.poll(engine.output, { timeout: 20_000 }).toContain('active');
    expect(await engine.output()).toContain('guardian: container');
    expect(await web.status()).toBe(fault === 'pause' ? 'paused' : 'exited');
    await docker(['kill', engine.container.id]);
    await expect.poll(() => web.status(), { timeout: 10_000 }).toBe('running');
    await expect.poll(engine.guardian, { timeout: 20_000 }).toBe('');
  });
});

function destination(mount: { Destination: string }): string {
  return mount.Destination;
}

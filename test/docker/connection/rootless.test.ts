import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, type ChaosPlugin } from '@bridge/chaos-core';
import { containers, files, network, resources } from '@bridge/chaos-injectors';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { type RootlessEngine, rootlessEngine } from './rootless-engine.ts';

let rootless: RootlessEngine;
let state: string;
let server: TestContainer;
let client: TestContainer;
let engine: ChaosEngine<readonly ChaosPlugin[]>;

beforeAll(async () => {
  rootless = await rootlessEngine();
  state = await mkdtemp(join(tmpdir(), 'chaos-rootless-'));
  server = await startContainer({ host: rootless.host });
  client = await startContainer({ host: rootless.host, restart: 'always' });
  engine = chaos();
  await engine.start();
}, 180_000);

afterAll(async () => {
  await engine.close();
  await Promise.all([server, client].map((one) => one[Symbol.asyncDispose]()));
  await rootless[Symbol.asyncDispose]();
  await rm(state, { recursive: true, force: true });
}, 120_000);

function chaos(): ChaosEngine<readonly ChaosPlugin[]> {
  const hosts = { own: rootless.host };
  const plugins = [
    containers({ hosts }),
    network({ hosts }),
    resources({ hosts }),
    files({ hosts, containerRoots: ['/tmp'] }),
  ];
  return new ChaosEngine({ state, armed: true, plugins });
}

/** Whether the server answers the client's echo request. */
async function isReached(): Promise<boolean> {
  const address = await server.address();
  return client.exec('ping', '-c', '1', '-W', '2', address).then(
    () => true,
    () => false,
  );
}

/** In milliseconds, of three echo requests. */
async function quickestRoundTrip(): Promise<number> {
  const said = await client.exec('ping', '-c', '3', '-W', '10', await server.address());
  return Number(/min\/avg\/max = ([\d.]+)/.exec(said)?.[1]);
}

describe('a Docker engine that no root runs', { timeout: 180_000 }, () => {
  it.each([
    ['network.blackhole', {}],
    ['network.loss', { perPacket: 1 }],
  ])('carries %s, seen from a container, until it is reverted', async (type, params) => {
    expect(await isReached()).toBe(true);
    const fault = await engine.inject({ type, target: { container: client.id }, params });
    expect(await isReached()).toBe(false);
    expect(await fault.revert()).toMatchObject({ phase: 'reverted' });
    expect(await isReached()).toBe(true);
  });

  it('carries a delay, seen from a container, and is rid of it', async () => {
    const params = { delay: '400ms' };
    const fault = await engine.inject({ type: 'network.latency', target: { container: client.id }, params });
    expect(await quickestRoundTrip()).toBeGreaterThanOrEqual(400);
    expect(await fault.revert()).toMatchObject({ phase: 'reverted' });
    expect(await quickestRoundTrip()).toBeLessThan(400);
  });

  it('has containers that can be stopped and are started again', async () => {
    const params = { grace: '1s' };
    const fault = await engine.inject({ type: 'container.stop', target: { container: server.id }, params });
    expect(await server.status()).toBe('exited');
    expect(await fault.revert()).toMatchObject({ phase: 'reverted' });
    expect(await server.status()).toBe('running');
  });

  it.each([
    ['container.pause', {}, /cannot freeze without cgroup v2.*boot with cgroup v2/s],
    ['container.crash', {}, /rootless docker engine .*(Docker 23|cgroup v2)/s],
    ['resource.cpu-stress', { cores: 1 }, /rootless docker engine .*(Docker 23|cgroup v2)/s],
    ['resource.memory-limit', { limit: '64MB' }, /rootless docker engine .*(Docker 23|cgroup v2)/s],
    ['resource.fd-exhaustion', {}, /rootless docker engine .*(Docker 23|cgroup v2)/s],
  ])('cannot do %s: the plan says why and what would help, and nothing is touched', async (type, params, reason) => {
    const target = { container: client.id };
    const plan = await engine.plan({ name: type, faults: [{ type, target, params, for: '1s' }] });
    expect(plan).toMatchObject({ ready: false, obstacles: [expect.stringMatching(reason)] });
    await expect(engine.inject({ type, target, params })).rejects.toMatchObject({
      code: 'CHAOS_FAULT_IMPOSSIBLE',
      message: expect.stringMatching(reason),
    });
    expect(await client.status()).toBe('running');
  });

  it('does not let files in its containers be reached, and says why', async () => {
    const fault = { type: 'file.hide', target: { file: { path: '/tmp/x', container: client.id } }, params: {} };
    await expect(engine.inject(fault)).rejects.toMatchObject({
      code: 'CHAOS_FAULT_IMPOSSIBLE',
      message: expect.stringMatching(/rootless docker engine .*(Docker 23|cgroup v2)/s),
    });
  });
});

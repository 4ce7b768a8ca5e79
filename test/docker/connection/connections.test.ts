import { isChaosError } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { docker, ownEngine, startContainer } from '../../docker-engine/index.ts';
import { faultContext, targetOf } from '../container/harness.ts';
import { tcpFront, tlsFront } from './front.ts';

/** Read once: tests change the variable. */
const ENGINE = process.env['DOCKER_HOST'] ?? '';
const context = faultContext();
const unreachable = (error: unknown) => isChaosError(error, 'CHAOS_TARGET_UNREACHABLE');

/** Pauses and unpauses a container through a plugin: reading, writing and looking all go over its connection. */
async function pauseThrough(plugin: ReturnType<typeof containers>, id: string): Promise<readonly string[]> {
  const [pause] = plugin.faults;
  const target = await targetOf(id, plugin);
  const undo = await pause.prepare(target, {}, context);
  await pause.inject(target, {}, undo, context);
  const seen = [await pause.observe(undo, context)];
  await pause.revert(undo, context);
  return [...seen, await pause.observe(undo, context)];
}

describe('connections', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('go over TCP', async () => {
    await using web = await startContainer({ network: 'none' });
    await using front = await tcpFront();
    const plugin = containers({ hosts: { far: `tcp://127.0.0.1:${front.port}` } });
    expect(await pauseThrough(plugin, web.id)).toEqual(['present', 'absent']);
  });

  it('go over TLS with a client certificate, and not without', async () => {
    await using web = await startContainer({ network: 'none' });
    await using front = await tlsFront();
    const host = `tcp://127.0.0.1:${front.port}`;
    const secure = containers({ hosts: { far: { host, tls: { directory: front.folder } } } });
    expect(await pauseThrough(secure, web.id)).toEqual(['present', 'absent']);

    const anonymous = containers({ hosts: { far: { host, tls: { ca: `${front.folder}/ca.pem` } } } });
    await expect(targetOf(web.id, anonymous)).rejects.toSatisfy(unreachable);
    const trustless = containers({ hosts: { far: `https://127.0.0.1:${front.port}` } });
    await expect(targetOf(web.id, trustless)).rejects.toThrow(/"far".*certificate/);
  });

  it('take DOCKER_HOST and DOCKER_CERT_PATH, but not where a host is configured', async () => {
    await using web = await startContainer({ host: ENGINE, network: 'none' });
    await using front = await tlsFront();
    vi.stubEnv('DOCKER_HOST', `tcp://127.0.0.1:${front.port}`);
    vi.stubEnv('DOCKER_CERT_PATH', front.folder);
    expect(await pauseThrough(containers(), web.id)).toEqual(['present', 'absent']);
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1');
    expect(await pauseThrough(containers({ hosts: { near: ENGINE } }), web.id)).toEqual(['present', 'absent']);
    await expect(targetOf(web.id, containers())).rejects.toThrow(/"default" \(tcp\+tls:\/\/127\.0\.0\.1:1\)/);
  });

  it('may be several at once, each target on its own', async () => {
    await using engine = await ownEngine();
    await using near = await startContainer({ name: 'chaos-test-twins', network: 'none' });
    await using far = await startContainer({ name: 'chaos-test-twins', host: engine.host, network: 'none' });
    const plugin = containers({ hosts: { near: ENGINE, far: engine.host } });
    const [source] = plugin.targets;
    const [pause] = plugin.faults;
    const both = await source.find({ name: 'chaos-test-twins' }, context);
    expect(both.map(({ connection, id }) => [connection, id])).toEqual([
      ['far', far.id],
      ['near', near.id],
    ]);
    const [target] = await source.find({ name: 'chaos-test-twins', connection: 'far' }, context);
    if (target === undefined) throw new Error('The container on the other engine was not found.');
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    expect([await near.status(), await far.status()]).toEqual(['running', 'paused']);
    await pause.revert(undo, context);
    expect(await far.status()).toBe('running');
    // The record names the engine: another one that answers under the connection's name is not believed.
    const moved = containers({ hosts: { far: ENGINE } });
    await expect(moved.faults[0].observe(undo, context)).rejects.toSatisfy(unreachable);
  });

  it('fail clearly while the engine is away, and go on when it is back', async () => {
    await using engine = await ownEngine({ liveRestore: true });
    await using web = await startContainer({ host: engine.host, network: 'none' });
    const plugin = containers({ hosts: { own: engine.host } });
    const [pause] = plugin.faults;
    const target = await targetOf(web.id, plugin);
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    await engine.stop('SIGKILL');
    await expect(pause.observe(undo, context)).rejects.toThrow(/CHAOS_TARGET_UNREACHABLE.*"own".*start Docker/);
    await expect(pause.revert(undo, context)).rejects.toSatisfy(unreachable);
    await engine.start();
    expect(await pause.observe(undo, context)).toBe('present');
    await pause.revert(undo, context);
    expect(await pause.observe(undo, context)).toBe('absent');
    expect(await web.exec('echo', 'alive')).toBe('alive');
  });

  it('say so when a fault names one that is not configured', async () => {
    await using web = await startContainer({ network: 'none' });
    const plugin = containers();
    const target = { ...(await targetOf(web.id, plugin)), connection: 'elsewhere' };
    await expect(plugin.faults[0].prepare(target, {}, context)).rejects.toThrow(/"elsewhere".*hosts option/);
    expect(await docker(['inspect', '--format', '{{.State.Paused}}', web.id])).toBe('false');
  });
});

import { existsSync } from 'node:fs';
import { containers } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { faultContext, targetOf } from '../container/harness.ts';
import { type PodmanService, podmanFlags, podmanService } from './podman-service.ts';

const context = faultContext();

function start({ host }: PodmanService): Promise<TestContainer> {
  return startContainer({ host, network: 'none', restart: 'always', flags: podmanFlags() });
}

describe('Podman', () => {
  it('is here to be tested: apt-get install podman', () => {
    expect(existsSync('/usr/bin/podman')).toBe(true);
  });

  it('pauses, stops and restarts like Docker, and takes everything back', async () => {
    await using podman = await podmanService();
    await using web = await start(podman);
    const plugin = containers({ hosts: { pod: podman.host } });
    const [pause, kill, crash, stop, restart] = plugin.faults;

    const paused = await pause.prepare(await targetOf(web.id, plugin), {}, context);
    await pause.inject(await targetOf(web.id, plugin), {}, paused, context);
    expect([await web.status(), await pause.observe(paused, context)]).toEqual(['paused', 'present']);
    await Promise.all([pause.revert(paused, context), pause.revert(paused, context)]);
    expect([await web.status(), await pause.observe(paused, context)]).toEqual(['running', 'absent']);

    const grace = stop.params.parse({ grace: '1s' });
    const stopped = await stop.prepare(await targetOf(web.id, plugin), grace, context);
    await stop.inject(await targetOf(web.id, plugin), grace, stopped, context);
    expect(await stop.observe(stopped, context)).toBe('present');
    await stop.revert(stopped, context);
    await stop.revert(stopped, context);
    expect([await web.status(), await stop.observe(stopped, context)]).toEqual(['running', 'absent']);

    const restarted = await restart.prepare(await targetOf(web.id, plugin), grace, context);
    await restart.inject(await targetOf(web.id, plugin), grace, restarted, context);
    expect(await restart.ended?.(restarted, context)).toBe(true);
    expect(await restart.observe(restarted, context)).toBe('absent');

    const signal = kill.params.parse({});
    const killed = await kill.prepare(await targetOf(web.id, plugin), signal, context);
    await kill.inject(await targetOf(web.id, plugin), signal, killed, context);
    await expect.poll(() => kill.ended?.(killed, context)).toBe(true);
    await kill.revert(killed, context);
    expect(await kill.observe(killed, context)).toBe('absent');

    const crashed = await crash.prepare(await targetOf(web.id, plugin), {}, context);
    await crash.inject(await targetOf(web.id, plugin), {}, crashed, context);
    await expect.poll(() => crash.ended?.(crashed, context)).toBe(true);
    await expect.poll(() => crash.observe(crashed, context), { timeout: 10_000 }).toBe('absent');
  });

  it('is told apart from another that answers in its place', async () => {
    await using podman = await podmanService();
    await using other = await podmanService();
    await using web = await start(podman);
    const [pause] = containers({ hosts: { pod: podman.host } }).faults;
    const undo = await pause.prepare(await targetOf(web.id, containers({ hosts: { pod: podman.host } })), {}, context);
    const [elsewhere] = containers({ hosts: { pod: other.host } }).faults;
    await expect(elsewhere.observe(undo, context)).rejects.toThrow(/CHAOS_TARGET_UNREACHABLE/);
  });
});

import { type OpenProbe, type ProbeResult, silentLogger, systemClock } from '@bridge/chaos-core';
import { container } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import { docker, ownEngine, startContainer } from '../docker-engine/index.ts';

type Options = z.input<typeof container.options>;

function open(options: Options): Promise<OpenProbe> {
  return container.open(container.options.parse(options), { clock: systemClock, log: silentLogger });
}

async function look(options: Options): Promise<ProbeResult> {
  const probe = await open(options);
  try {
    return await probe.check(AbortSignal.timeout(10_000));
  } finally {
    await probe.close();
  }
}

/** Healthy as soon as /ok exists, unhealthy as soon as it does not. */
const HEALTH_CHECK = ['--health-cmd', 'test -f /ok', '--health-interval', '100ms', '--health-retries', '1'];

describe('container probe', () => {
  it('follows one container through its life, by name and by id', async () => {
    await using web = await startContainer();
    expect(await look({ container: web.name })).toEqual({ health: 'healthy', value: 'running' });
    expect(await look({ container: web.id.slice(0, 12) })).toEqual({ health: 'healthy', value: 'running' });

    await docker(['pause', web.id]);
    expect(await look({ container: web.id })).toEqual({
      health: 'degraded',
      value: 'paused',
      detail: `${web.name} is paused`,
    });
    await docker(['unpause', web.id]);
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    expect(await look({ container: web.id })).toEqual({
      health: 'degraded',
      value: 'exited',
      detail: `${web.name} is exited with code 137`,
    });
    await docker(['rm', web.id]);
    expect(await look({ container: web.name })).toMatchObject({ health: 'degraded', value: 'missing' });
  });

  it('listens to the health check of the image where there is one', async () => {
    await using web = await startContainer({ flags: HEALTH_CHECK });
    await expect.poll(() => look({ container: web.id }), { timeout: 10_000 }).toMatchObject({ value: 'unhealthy' });
    expect(await look({ container: web.id })).toMatchObject({ health: 'degraded', detail: `${web.name} is unhealthy` });
    expect(await look({ container: web.id, expect: 'running' })).toEqual({ health: 'healthy', value: 'running' });
    await docker(['exec', web.id, 'touch', '/ok']);
    await expect
      .poll(() => look({ container: web.id, expect: 'healthy' }), { timeout: 10_000 })
      .toEqual({ health: 'healthy', value: 'healthy' });
  });

  it('does not know whether a container without a health check is healthy', async () => {
    await using web = await startContainer();
    const result = await look({ container: web.id, expect: 'healthy' });
    expect(result).toMatchObject({ health: 'unknown', detail: expect.stringContaining('has no health check') });
  });

  it('counts the fine ones among all with its labels', async () => {
    const labels = { 'bridge-chaos.group': `workers-${process.pid}` };
    expect(await look({ labels })).toMatchObject({ health: 'degraded', value: 0 });
    await using first = await startContainer({ labels });
    await using _second = await startContainer({ labels });
    expect(await look({ labels })).toEqual({ health: 'healthy', value: 2 });
    await docker(['stop', '--time', '0', first.id]);
    expect(await look({ labels })).toEqual({
      health: 'degraded',
      value: 1,
      detail: expect.stringMatching(/^1 of 2 are fine, expected at least 2; \S+ is exited with code \d+$/),
    });
    expect(await look({ labels, atLeast: 1 })).toEqual({ health: 'healthy', value: 1 });
  });

  it('does not know while the engine is away, and looks again once it is back', async () => {
    await using engine = await ownEngine({ liveRestore: true });
    await using web = await startContainer({ host: engine.host, network: 'none' });
    const probe = await open({ container: web.id, host: engine.host });
    const check = () => probe.check(AbortSignal.timeout(10_000));
    expect(await check()).toMatchObject({ health: 'healthy' });
    await engine.stop('SIGKILL');
    expect(await check()).toMatchObject({ health: 'unknown', detail: expect.stringMatching(/^cannot ask Docker: /) });
    await engine.start();
    expect(await check()).toMatchObject({ health: 'healthy' });
    await probe.close();
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { startContainer } from '../../docker-engine/index.ts';

async function startEngine() {
  const state = await mkdtemp(join(tmpdir(), 'chaos-engine-'));
  const engine = new ChaosEngine({ plugins: [containers()], state, armed: true, signals: false });
  await engine.start();
  return {
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(state, { recursive: true });
    },
  };
}

describe('in an engine', () => {
  it('container.pause is held, proven and undone', async () => {
    await using web = await startContainer();
    await using host = await startEngine();
    {
      await using fault = await host.engine.inject({
        type: 'container.pause',
        target: { container: web.name },
        for: '1m',
      });
      expect(fault.state).toMatchObject({ phase: 'active' });
      expect(await web.status()).toBe('paused');
    }
    expect(await web.status()).toBe('running');
  });

  it('container.stop is held, proven and undone', async () => {
    await using web = await startContainer();
    await using host = await startEngine();
    const fault = await host.engine.inject({
      type: 'container.stop',
      target: { container: web.name },
      params: { grace: '1s' },
    });
    expect(await web.status()).toBe('exited');
    await fault.revert();
    expect(fault.state).toMatchObject({ phase: 'reverted' });
    expect(await web.status()).toBe('running');
  });

  it.each(['container.kill', 'container.crash', 'container.restart'] as const)('%s is spent', async (type) => {
    await using web = await startContainer({ restart: 'always' });
    await using host = await startEngine();
    const before = (await web.inspect()).State.StartedAt;
    const fault = await host.engine.inject({ type, target: { container: web.name } });
    await fault.revert();
    expect(fault.state).toMatchObject({ phase: 'spent' });
    await expect.poll(() => web.status()).toBe('running');
    expect((await web.inspect()).State.StartedAt).not.toBe(before);
  });
});

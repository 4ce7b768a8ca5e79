import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers, processes, proxies, proxy } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { startProgram } from '../../../packages/injectors/test/process/child.ts';
import { echo } from '../../../packages/injectors/test/proxy/upstream.ts';
import { docker, startContainer } from '../../docker-engine/index.ts';

async function startEngine() {
  const state = await mkdtemp(join(tmpdir(), 'chaos-gone-'));
  const engine = new ChaosEngine({
    plugins: [containers(), processes(), proxies()],
    armed: true,
    state,
    safety: { maxShareOfGroup: 1 },
  });
  await engine.start();
  return {
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(state, { recursive: true, force: true });
    },
  };
}

describe('a fault whose target is gone', () => {
  it('ends as gone when its container was removed', async () => {
    await using host = await startEngine();
    const web = await startContainer();
    const fault = await host.engine.inject({ type: 'container.pause', target: { container: web.name } });
    await docker(['rm', '--force', '--volumes', web.id]);
    await fault.revert();
    expect(fault.state.phase).toBe('gone');
  });

  it('ends as gone when its process was killed', async () => {
    await using host = await startEngine();
    using sleep = await startProgram('sleep', ['infinity']);
    const fault = await host.engine.inject({ type: 'process.pause', target: { process: sleep.pid } });
    sleep.child.kill('SIGKILL');
    await fault.revert();
    expect(fault.state.phase).toBe('gone');
  });

  it('ends as gone when its proxy was closed', async () => {
    await using host = await startEngine();
    await using server = await echo();
    const standing = await proxy({ name: 'closed-meanwhile', upstream: server.port });
    const fault = await host.engine.inject({
      type: 'proxy.latency',
      target: { proxy: 'closed-meanwhile' },
      params: { delay: '200ms' },
    });
    await standing.close();
    await fault.revert();
    expect(fault.state.phase).toBe('gone');
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { expect, it } from 'vitest';
import { ownEngine, startContainer } from '../../docker-engine/index.ts';

it.each(['container.pause', 'container.stop'] as const)(
  '%s is reverted after its Docker engine was killed and came back',
  async (type) => {
    await using dockerEngine = await ownEngine({ liveRestore: true });
    const state = await mkdtemp(join(tmpdir(), 'chaos-restart-'));
    {
      await using web = await startContainer({ host: dockerEngine.host, network: 'none' });
      const hosts = { own: dockerEngine.host };
      await using engine = new ChaosEngine({ plugins: [containers({ hosts })], armed: true, state });
      await engine.start();
      const fault = await engine.inject({ type, target: { container: web.name } });
      await dockerEngine.stop('SIGKILL');
      const reverting = fault.revert();
      await dockerEngine.start();
      await reverting;
      expect(fault.state.phase).toBe('reverted');
      expect(await web.status()).toBe('running');
    }
    await rm(state, { recursive: true, force: true });
  },
  180_000,
);

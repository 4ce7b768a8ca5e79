import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { app } from '@bridge/chaos-injectors/app';

/** An engine with the app plugin in a state folder of its own. Faults die with this process: no guardian is needed. */
export async function liveEngine(options: Parameters<typeof app>[0] = {}) {
  const state = await mkdtemp(join(tmpdir(), 'chaos-app-'));
  const plugins = [app(options)] as const;
  const limits = { effect: '500ms' } as const;
  const engine = new ChaosEngine({ plugins, armed: true, state, guardian: 'none', signals: false, limits });
  await engine.start();
  return {
    engine,
    inject: engine.inject.bind(engine),
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(state, { recursive: true });
    },
  };
}

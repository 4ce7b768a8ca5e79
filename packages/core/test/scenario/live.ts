import { readdir } from 'node:fs/promises';
import { ChaosEngine, type ChaosPlugin, coreJudge, defineProbe } from '@bridge/chaos-core';
import * as z from 'zod';
import markers from '../fixtures/marker-plugin.ts';
import { World } from '../guardian/world.ts';

/** Degraded while the folder holds what should not be there. */
export const intact = defineProbe({
  type: 'intact',
  options: z.object({ folder: z.string() }),
  open: async ({ folder }) => ({
    check: async () => {
      const names = await readdir(folder);
      return names.includes('crumb') ? { health: 'degraded', detail: 'a crumb' } : { health: 'healthy' };
    },
    close: async () => undefined,
  }),
});

/** An engine with a folder to litter; both end with the scope. */
export async function liveEngine(plugin: ChaosPlugin = markers()) {
  await using made = new AsyncDisposableStack();
  const world = made.use(await World.make());
  const options = {
    plugins: [plugin],
    armed: true,
    state: world.state,
    guardian: 'none',
    safety: { requireHealthy: false },
    limits: { attempt: '300ms', revert: '300ms', effect: '15s' },
    // A busy test machine is no reason to call a run invalid.
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0.1, mostShed: 1 }),
  } as const;
  const engine = made.use(new ChaosEngine(options));
  await engine.start();
  const running = made.move();
  return { engine, world, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

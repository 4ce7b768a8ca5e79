import { readdir } from 'node:fs/promises';
import { ChaosEngine, coreJudge, defineProbe, isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import markers from '../fixtures/marker-plugin.ts';
import { World } from '../guardian/world.ts';

/** Degraded while the folder holds what should not be there. */
const intact = defineProbe({
  type: 'intact',
  options: z.object({ folder: z.string() }),
  open: async ({ folder }) => ({
    check: async () => {
      const names = await readdir(folder);
      return names.includes('broken') ? { health: 'degraded', detail: 'broken' } : { health: 'healthy' };
    },
    close: async () => undefined,
  }),
});

const experiment = (folder: string) => ({
  name: 'a marker appears',
  steadyState: {
    probes: [intact({ name: 'folder', folder, every: '10ms', timeout: '500ms' })],
    objectives: [{ probe: 'folder', success: 0.9 }],
  },
  baseline: '600ms' as const,
  faults: [{ type: 'folder.marker' as const, target: { folder }, params: {}, for: '800ms' as const }],
  recovery: { within: '10s' as const, hold: '400ms' as const },
  seed: 7,
});

describe('a run', () => {
  it('breaks something real, measures it, puts it back and proves it', async () => {
    await using world = await World.make();
    await using engine = new ChaosEngine({
      plugins: [markers()],
      armed: true,
      state: world.state,
      safety: { checkInterval: '50ms' },
      // A busy test machine is no reason to call the run invalid: what counts here is the order of things.
      judge: coreJudge({ lagFloor: 2_000, leastRate: 0.5 }),
    });
    await engine.start();
    const run = engine.run(experiment(world.root));
    const types: string[] = [];
    for await (const event of run.events()) types.push(event.type);
    const report = await run.report;
    expect(report.verdict).toBe('recovered');
    expect(report.timeToRecover).toBeGreaterThan(500);
    expect(types[0]).toBe('run:started');
    expect(types.at(-1)).toBe('run:finished');
    expect(await world.isClean()).toBe(true);
  });

  it('is aborted by the emergency stop, which outlives the engine until it is released', async () => {
    await using world = await World.make();
    const options = { plugins: [markers()], armed: true, state: world.state } as const;
    await using first = new ChaosEngine(options);
    await first.start();
    const run = first.run(experiment(world.root));
    await new Promise((resolve) => first.once('fault:effective', resolve));
    const stopped = await first.emergencyStop('pager says no');
    expect(stopped).toEqual({ reverted: 1, leaked: 0 });
    expect((await run.report).verdict).toBe('aborted');
    expect(world.isBroken()).toBe(false);
    await first.close();

    await using second = new ChaosEngine(options);
    await second.start();
    const refused = second.inject({ type: 'folder.marker', target: { folder: world.root } });
    await expect(refused).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_EMERGENCY_STOPPED'));
    await second.release('all clear');
    await using fault = await second.inject({ type: 'folder.marker', target: { folder: world.root } });
    expect(fault.state.phase).toBe('active');
  });

  it('throws at once for invalid input, with a path', async () => {
    await using world = await World.make();
    await using engine = new ChaosEngine({ plugins: [markers()], armed: true, state: world.state });
    await engine.start();
    const broken = { name: 'x', faults: [{ type: 'folder.markr', target: { folder: world.root } }] };
    expect(() => engine.run(engine.parse(broken))).toThrow(/faults\[?\.?0.*folder\.marker/s);
  });

  it('is planned without touching anything, also before start()', async () => {
    await using world = await World.make();
    const engine = new ChaosEngine({ plugins: [markers()], armed: true, state: world.state });
    const plan = await engine.plan(experiment(world.root));
    expect(plan).toMatchObject({ ready: true, seed: 7 });
    expect(await readdir(world.root)).toEqual([]);
  });
});

import { coverageOf, defineCard, nullDrill } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DrillWorld } from './drill-world.ts';

describe('a null drill', () => {
  it('passes while the detectors keep quiet with nothing broken, and fails on a false alarm', async () => {
    await using world = await DrillWorld.make();
    const card = defineCard(world.card());
    const coverage = await coverageOf([card], { environment: 'test', clock: world.clock });
    using _ = coverage.watch(world.engine);
    const quiet = await world.through(nullDrill(world.engine, card));
    expect(quiet).toMatchObject({ kind: 'null', outcome: 'passed', covers: false });

    world.clock.timer(2_000, () => world.engine.signal({ kind: 'trigger', name: 'heartbeat-gap' }));
    const alarm = await world.through(nullDrill(world.engine, card, { for: '4s' }));
    expect(alarm).toMatchObject({ outcome: 'failed', reason: 'heartbeat-gap fired with nothing broken' });
    expect(alarm.gates[0]?.evidence[0]).toMatchObject({ at: 2_000 });

    const [rate] = coverage.report().falseAlarms;
    expect(rate).toMatchObject({ trigger: 'heartbeat-gap', drills: 2, alarms: 1, rate: 0.5 });
    expect(rate?.low).toBeCloseTo(0.0945, 3);
    expect(rate?.high).toBeCloseTo(0.9055, 3);
    expect(coverage.report().total).toMatchObject({ neverDrilled: 1 });
  });

  it('says nothing while something is broken, and nothing of what was not listened to the end', async () => {
    await using world = await DrillWorld.make();
    const card = defineCard(world.card());
    const stopped = await nullDrill(world.engine, card, { signal: AbortSignal.abort() });
    expect(stopped.outcome).toBe('inconclusive');
    const fault = { type: 'service.down', target: { service: 'cache' }, params: {}, for: '10m' } as const;
    await world.through(world.engine.inject(fault));
    const crowded = await world.through(nullDrill(world.engine, card));
    expect(crowded.outcome).toBe('not-run');
  });
});

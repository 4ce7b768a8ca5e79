import { defineCard, drill, type Gate } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DrillWorld, SOUND } from './drill-world.ts';

const outcomes = (gates: readonly Gate[]) => Object.fromEntries(gates.map(({ name, outcome }) => [name, outcome]));

describe('a drill', () => {
  it('passes all seven gates when the system does what the card says, each with the event it rests on', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const record = await world.through(drill(world.engine, defineCard(world.card()), { version: 'v1' }));
    expect(outcomes(record.gates)).toEqual({
      effect: 'passed',
      trigger: 'passed',
      playbook: 'passed',
      task: 'passed',
      slo: 'passed',
      rollback: 'passed',
      collateral: 'passed',
    });
    expect(record).toMatchObject({ outcome: 'passed', covers: true, environment: 'test', version: 'v1' });
    const known = new Set(world.engine.recent().map(({ id }) => id));
    const trigger = record.gates.find(({ name }) => name === 'trigger');
    expect(trigger?.evidence[0]).toMatchObject({ at: 1_000, what: 'trigger heartbeat-gap' });
    expect(known.has(trigger?.evidence[0]?.event ?? '')).toBe(true);
  });
});

import { type Card, type CardBody, type DrillRecord, defineCard, drill, type GateName } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { DrillWorld, SOUND } from './drill-world.ts';

const outcomes = ({ gates }: DrillRecord) => Object.fromEntries(gates.map(({ name, outcome }) => [name, outcome]));
const gate = ({ gates }: DrillRecord, name: GateName) => gates.find((one) => one.name === name);

interface Setting {
  readonly card?: Partial<CardBody>;
  readonly reactions?: Parameters<DrillWorld['reacts']>[0];
  readonly before?: (world: DrillWorld) => void;
}

/** One drill in a world of its own. */
async function drilled({ card = {}, reactions = SOUND, before }: Setting): Promise<DrillRecord> {
  await using world = await DrillWorld.make();
  using _reacting = world.reacts(reactions);
  before?.(world);
  return await world.through(drill(world.engine, defineCard(world.card(card))));
}

const faultWith = (world: DrillWorld, params: Record<string, boolean>): CardBody['experiment'] => ({
  ...world.card().drill.experiment,
  faults: [{ type: 'service.down', target: { service: 'api' }, params, for: '10s' }],
});

describe('a drill', () => {
  it('passes all seven gates when the system does what the card says, each with the event it rests on', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const record = await world.through(drill(world.engine, defineCard(world.card()), { version: 'v1' }));
    expect(outcomes(record)).toEqual({
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
    const trigger = gate(record, 'trigger');
    expect(trigger?.evidence[0]).toMatchObject({ at: 1_000, what: 'trigger heartbeat-gap' });
    expect(known.has(trigger?.evidence[0]?.event ?? '')).toBe(true);
  });

  it('says what an incident view needs under the id of its run', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const record = await world.through(drill(world.engine, defineCard(world.card()), { why: 'it is overdue' }));
    const [started] = world.events('drill:started');
    const finished = world.engine.recent().find(({ type }) => type === 'drill:finished');
    expect(started).toMatchObject({ drill: record.id, why: 'it is overdue', card: { id: 'KH001' } });
    expect(finished?.runId).toBe(record.runId);
    expect(finished?.data).toMatchObject({ covers: true, card: { category: 'kernel-health' }, target: 'api' });
    expect(JSON.stringify(finished).length).toBeLessThan(60_000);
  });

  it('does not count a trigger that fired before the fault was in effect', async () => {
    const record = await drilled({
      reactions: SOUND.filter(({ kind }) => kind !== 'trigger'),
      before: (world) => {
        world.engine.signal({ kind: 'trigger', name: 'heartbeat-gap' });
        world.clock.timer(2_000, () => world.engine.signal({ kind: 'trigger', name: 'heartbeat-gap' }));
      },
    });
    expect(gate(record, 'trigger')).toMatchObject({ outcome: 'failed', evidence: [] });
    expect(record).toMatchObject({ outcome: 'failed', covers: false });
  });

  it('is not deafened by detectors that fired without end before it', async () => {
    const record = await drilled({
      before: (world) => {
        world.clock.timer(1_000, () => {
          for (let count = 0; count < 3_000; count += 1) world.engine.signal({ kind: 'trigger', name: 'noise' });
        });
      },
    });
    expect(record.outcome).toBe('passed');
  });

  it('fails when another detector than the expected one fires, and shows which', async () => {
    const reactions = [{ kind: 'trigger', name: 'disk-full', after: 500 } as const, ...SOUND.slice(1)];
    const trigger = gate(await drilled({ reactions }), 'trigger');
    expect(trigger?.outcome).toBe('failed');
    expect(trigger?.evidence[0]?.what).toBe('trigger disk-full, not expected');
  });

  it('fails when the trigger is late', async () => {
    const reactions = [{ ...SOUND[0], after: 6_000 }, ...SOUND.slice(1)];
    const record = await drilled({ reactions });
    expect(gate(record, 'trigger')).toMatchObject({ outcome: 'failed' });
    expect(gate(record, 'trigger')?.reason).toContain('6.0 s after the effect, expected within 5.0 s');
  });

  it.each([
    [0, 'failed'],
    [1, 'passed'],
    [2, 'failed'],
  ] as const)('counts tasks: %i where one is expected', async (count, outcome) => {
    const tasks = Array.from({ length: count }, (_, at) => ({ kind: 'task', name: 'fix', after: 3_000 + at }) as const);
    const record = await drilled({ reactions: [...SOUND.slice(0, 2), ...tasks] });
    expect(gate(record, 'task')).toMatchObject({ outcome, numbers: { expected: 1, created: count } });
  });

  it('waits for what is expected after the run has ended', async () => {
    const late = { kind: 'task', name: 'fix', after: 45_000 } as const;
    const expectation = { tasks: { count: 1, within: '1m' } } as const;
    const record = await drilled({ card: { expect: expectation }, reactions: [late] });
    expect(gate(record, 'task')).toMatchObject({ outcome: 'passed', numbers: { created: 1 } });
  });

  it('cannot cover a card that names no proof of its effect, or none of its rollback', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const { effect: _effect, ...unproven } = world.card().drill;
    const { rollback: _rollback, ...unrestored } = world.card().drill;
    for (const [body, name] of [
      [unproven, 'effect'],
      [unrestored, 'rollback'],
    ] as const) {
      const record = await world.through(drill(world.engine, defineCard({ ...world.card(), drill: body })));
      expect(outcomes(record)).toMatchObject({ [name]: 'inconclusive', trigger: 'passed', slo: 'passed' });
      expect(record).toMatchObject({ outcome: 'inconclusive', covers: false });
    }
  });

  it('takes a probe of the card as proof of the effect, and its silence as proof of none', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const seen = world.card({ effect: world.probe('effect', 'api') });
    const blind = world.card({ effect: world.probe('effect', 'cache') });
    const proven = await world.through(drill(world.engine, defineCard(seen)));
    expect(gate(proven, 'effect')).toMatchObject({ outcome: 'passed' });
    expect(proven.report?.probes.find(({ name }) => name === 'effect')?.judged).toBe(false);
    const unseen = await world.through(drill(world.engine, defineCard(blind)));
    expect(gate(unseen, 'effect')?.reason).toContain('effect stayed healthy');
    expect(unseen).toMatchObject({ outcome: 'failed', covers: false });
  });

  it('fails the effect gate when the fault has none, and says nothing about the system', async () => {
    await using world = await DrillWorld.make();
    const card = world.card({ experiment: faultWith(world, { inert: true }) });
    const record = await world.through(drill(world.engine, defineCard(card)));
    expect(outcomes(record)).toMatchObject({ effect: 'failed', trigger: 'inconclusive', task: 'inconclusive' });
    expect(record.reason).toContain('not proven in effect');
  });

  it('fails the rollback gate when something cannot be proven undone', async () => {
    await using world = await DrillWorld.make({ limits: { attempt: '100ms', revert: '200ms' } });
    using _ = world.reacts(SOUND);
    const card = world.card({ experiment: faultWith(world, { stuck: true }) });
    const record = await world.through(drill(world.engine, defineCard(card)));
    expect(gate(record, 'rollback')).toMatchObject({ outcome: 'failed', numbers: { leaked: 1 } });
    world.service('api').up = true;
  });

  it('fails the collateral gate when a control is hit, by the share of its checks', async () => {
    const record = await drilled({ before: (world) => world.service('api').breaks.push('mail') });
    expect(gate(record, 'collateral')?.outcome).toBe('failed');
    expect(gate(record, 'collateral')?.evidence[0]?.what).toBe('mail turned degraded');
    expect(outcomes(record)).toMatchObject({ trigger: 'passed', slo: 'passed' });
  });

  it('fails the objective when a verification step does not hold in time', async () => {
    const unwell = (world: DrillWorld): void => {
      world.service('cache').up = false;
    };
    await using world = await DrillWorld.make();
    const record = await drilled({ card: { verification: [] }, before: unwell });
    expect(gate(record, 'slo')?.outcome).toBe('passed');
    using _ = world.reacts(SOUND);
    unwell(world);
    const card = world.card({ verification: [world.probe('cache answers', 'cache')] });
    const failed = await world.through(drill(world.engine, defineCard(card)));
    expect(gate(failed, 'slo')?.reason).toContain('verification cache answers is degraded');
  });

  it('puts back early when a rollback criterion says so, and calls that a failure', async () => {
    const when = [{ probe: 'api', successBelow: 0.5, over: '2s' }] as const;
    const record = await drilled({ card: { rollback: { when } } });
    expect(gate(record, 'slo')).toMatchObject({ outcome: 'failed' });
    expect(gate(record, 'slo')?.reason).toContain('put back early');
    expect(gate(record, 'rollback')?.outcome).toBe('passed');
  });

  it('is not run when a precondition does not hold, when too much would be hit, or when it is refused', async () => {
    await using world = await DrillWorld.make();
    await using guarded = await DrillWorld.make({ safety: { protect: [{ name: 'api' }] } });
    const unmet = world.card({ preconditions: [world.probe('cache answers', 'cache')] });
    world.service('cache').up = false;
    const wide = { type: 'service.down', target: { service: '*', pick: 2 }, params: {}, for: '10s' } as const;
    const { experiment } = world.card().drill;
    const cases: readonly (readonly [DrillWorld, Card, string])[] = [
      [world, defineCard(unmet), 'precondition cache answers is degraded'],
      [world, defineCard(world.card({ experiment: { ...experiment, faults: [wide] } })), 'card allows 1'],
      [guarded, defineCard(guarded.card()), 'safety.protect'],
    ];
    for (const [where, card, reason] of cases) {
      const record = await where.through(drill(where.engine, card));
      expect(record).toMatchObject({ outcome: 'not-run', covers: false, runId: null, gates: [] });
      expect(record.reason).toContain(reason);
    }
    expect(world.engine.recent().some(({ type }) => type === 'fault:intended')).toBe(false);
  });

  it('cannot tell whose trigger it was while other faults are there, unless the card says which', async () => {
    await using world = await DrillWorld.make();
    using _ = world.reacts(SOUND);
    const other = { type: 'service.down', target: { service: 'cache' }, params: {}, for: '10m' } as const;
    await world.through(world.engine.inject(other));
    const vague = await world.through(
      drill(world.engine, defineCard(world.card({ expect: { triggers: ['heartbeat-gap'] } }))),
    );
    expect(gate(vague, 'trigger')).toMatchObject({ outcome: 'inconclusive' });
    const triggers = [{ name: 'heartbeat-gap', where: { target: 'api' } }];
    const exact = await world.through(drill(world.engine, defineCard(world.card({ expect: { triggers } }))));
    expect(gate(exact, 'trigger')).toMatchObject({ outcome: 'passed' });
  });

  it('at the same time as another tells whose trigger is whose by what the cards say of their data', async () => {
    await using world = await DrillWorld.make();
    using _ = world.engine.on('fault:effective', ({ data }) => {
      const { name } = data.fault.target;
      world.clock.timer(1_000, () => world.engine.signal({ kind: 'trigger', name: 'gap', data: { target: name } }));
    });
    const cardOn = (service: string, where: Record<string, string>): Card => {
      const faults = [{ type: 'service.down', target: { service }, params: {}, for: '10s' }] as const;
      const experiment = {
        ...world.card().drill.experiment,
        steadyState: { probes: [world.probe(service, service)] },
        faults,
      };
      const expected = { expect: { triggers: [{ name: 'gap', where }] }, controls: [], verification: [] };
      return defineCard(world.card({ target: service, experiment, ...expected }));
    };
    const both = (told: boolean) =>
      ['api', 'cache'].map((name) => drill(world.engine, cardOn(name, told ? { target: name } : {})));
    const records = await world.through(Promise.all(both(true)));
    expect(records.map(({ outcome }) => outcome)).toEqual(['passed', 'passed']);
    const [first, second] = records.map((record) => gate(record, 'trigger')?.evidence);
    expect(first?.[0]?.event).not.toBe(second?.[0]?.event);
    const vague = await world.through(Promise.all(both(false)));
    expect(vague.map((record) => gate(record, 'trigger')?.outcome)).toEqual(['inconclusive', 'inconclusive']);
  });

  it('keeps secrets of its probes out of its record', async () => {
    await using world = await DrillWorld.make();
    const experiment = { ...world.card().drill.experiment, secrets: { token: { literal: 'hunter2-and-more' } } };
    const leaky = world.probe('says too much', '${secrets.token}');
    const preconditions = [leaky];
    const record = await world.through(drill(world.engine, defineCard(world.card({ experiment, preconditions }))));
    expect(record.reason).toContain('no service');
    expect(JSON.stringify([record, world.engine.recent()])).not.toContain('hunter2-and-more');
  });

  it('counts what came before the proof only for a card that says so', async () => {
    await using world = await DrillWorld.make();
    using _ = world.engine.on('fault:injecting', () => world.engine.signal({ kind: 'trigger', name: 'child-exit' }));
    const strict = { expect: { triggers: ['child-exit'] } };
    const lenient = { expect: { triggers: ['child-exit'], countFrom: 'injection' } } as const;
    const early = await world.through(drill(world.engine, defineCard(world.card(strict))));
    expect(gate(early, 'trigger')).toMatchObject({ outcome: 'inconclusive' });
    expect(gate(early, 'trigger')?.reason).toContain('countFrom');
    const counted = await world.through(drill(world.engine, defineCard(world.card(lenient))));
    expect(gate(counted, 'trigger')).toMatchObject({ outcome: 'passed' });
  });

  it('throws at once for a card whose fault no plugin of the engine provides', async () => {
    await using world = await DrillWorld.make();
    const faults = [{ type: 'service.upside-down', target: { service: 'api' }, params: {} }];
    const card = defineCard(world.card({ experiment: { ...world.card().drill.experiment, faults } }));
    await expect(drill(world.engine, card)).rejects.toThrow(/CHAOS_EXPERIMENT_INVALID.*service\.down/s);
  });
});

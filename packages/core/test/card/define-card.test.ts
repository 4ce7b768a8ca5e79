import { defineCard, isChaosError, parseCard } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { DrillWorld } from './drill-world.ts';

const DAY = 24 * 60 * 60_000;

const head = {
  id: 'RE002',
  name: 'Memory leak',
  category: 'resource',
  hypothesis: 'Caches are cleared before the process dies',
  risk: 1.5,
  owner: 'platform',
};

const body = (target: string) => ({
  target,
  experiment: { faults: [{ type: 'process.memory', target: { process: target }, params: {} }] },
  blastRadius: { targets: 1 },
});

describe('a failure card', () => {
  it.each([
    [2, 3],
    [3, 3],
    [1.99, 7],
    [1, 7],
    [0.5, 14],
  ])('of risk %d is due every %i days', (risk, days) => {
    expect(defineCard({ ...head, risk, drill: body('api') }).interval).toBe(days * DAY);
  });

  it('has an interval of its own where it says so', () => {
    expect(defineCard({ ...head, interval: '1d', drill: body('api') }).interval).toBe(DAY);
  });

  it('takes names and paths as parameters, checked before they are used', () => {
    const template = defineCard({
      ...head,
      parameters: z.object({ process: z.string() }),
      drill: ({ process }) => body(process),
    });
    expect(template).toMatchObject({ id: 'RE002', category: 'resource', risk: 1.5 });
    const api = template.with({ process: 'api' });
    const mail = template.with({ process: 'mail' });
    expect([api.target, mail.target]).toEqual(['api', 'mail']);
    expect(api.fingerprint).not.toBe(mail.fingerprint);
    expect(template.with({ process: 'api' }).fingerprint).toBe(api.fingerprint);
    expect(() => template.with(JSON.parse('{"process":3}'))).toThrow(/parameters of card RE002: process: expected/);
  });

  it('names every problem with its path', () => {
    const experiment = { faults: [{ type: 'process.memory', target: { process: 'api' }, params: 3 }] };
    const wrong = { ...head, risk: 0, ownr: 'x', drill: { ...body('api'), expect: { tasks: { count: -1 } } } };
    expect(() => parseCard(wrong)).toThrow(/ownr: .*did you mean "owner"/s);
    expect(() => parseCard(wrong)).toThrow(/risk: expected a weight above 0/);
    expect(() => parseCard(wrong)).toThrow(/drill\.expect\.tasks\.count/);
    expect(() => parseCard({ ...head, drill: { ...body('api'), experiment } })).toThrow(
      /drill\.experiment\.faults\[0\]/,
    );
    expect(() => parseCard('nonsense')).toThrow(expect.toSatisfy((error) => isChaosError(error, 'CHAOS_CARD_INVALID')));
  });

  it('samples the probes of its gates beside its own, which alone decide the verdict', async () => {
    await using world = await DrillWorld.make();
    const { experiment, controls } = defineCard(world.card({ effect: world.probe('effect', 'api') }));
    const { steadyState, stopWhen, description } = world.engine.parse(experiment);
    expect(steadyState.probes.map(({ name }) => name)).toEqual(['api', 'mail', 'effect']);
    expect(steadyState.objectives).toEqual([{ probe: 'api', success: 0.99 }]);
    expect(controls).toEqual(['mail']);
    expect(stopWhen).toEqual([]);
    expect(description).toContain('The detector notices');
  });
});

import type { GuardOpinion, Target } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { allowListGuard } from '../../src/guard/allow-list.ts';
import { armedGuard, isArmed } from '../../src/guard/armed.ts';
import { blastRadiusGuard } from '../../src/guard/blast-radius.ts';
import { emergencyStopGuard } from '../../src/guard/emergency-stop.ts';
import { environmentGuard, environmentName } from '../../src/guard/environment.ts';
import { healthGuard } from '../../src/guard/health.ts';
import { optInLabelsGuard } from '../../src/guard/opt-in-labels.ts';
import { protectedTargetsGuard } from '../../src/guard/protected-targets.ts';
import { rateGuard } from '../../src/guard/rate.ts';
import { type SafetyInput, safetySchema } from '../../src/guard/safety.ts';
import { alive, intent, replicas, safety, target, world } from './guard-harness.ts';

const isYes = (opinion: GuardOpinion): boolean => opinion.allowed;
const anyDay: SafetyInput['windows'] = [{ from: '00:00', to: '00:00' }];

describe('armed', () => {
  it.each([
    [undefined, {}, false],
    [undefined, { CHAOS_ENABLED: 'true' }, true],
    [undefined, { CHAOS_ENABLED: '1' }, true],
    [undefined, { CHAOS_ENABLED: 'yes' }, false],
    [undefined, { CHAOS_ENABLED: '' }, false],
    [false, { CHAOS_ENABLED: 'true' }, false],
    [true, {}, true],
  ])('with the option %s and the environment %j is %s', (option, environment, armed) => {
    expect(isArmed(option, environment)).toBe(armed);
  });

  it('refuses everything when it is off and says how to turn it on', async () => {
    expect(isYes(await armedGuard(true).check(intent(), world()))).toBe(true);
    expect(await armedGuard(false).check(intent(), world())).toMatchObject({
      rule: 'armed',
      allowed: false,
      remedy: expect.stringContaining('CHAOS_ENABLED'),
    });
  });
});

describe('the emergency stop', () => {
  it('refuses with its reason, time and actor', async () => {
    const latch = { engaged: true, reason: 'pager', time: '2026-01-01T00:00:00.000Z', actor: 'ops' } as const;
    expect(await emergencyStopGuard.check(intent(), world({ latch }))).toMatchObject({
      allowed: false,
      value: 'engaged at 2026-01-01T00:00:00.000Z by ops',
      reason: 'the emergency stop is engaged: pager',
    });
    expect(isYes(await emergencyStopGuard.check(intent(), world()))).toBe(true);
  });
});

describe('protected targets', () => {
  const db = target('shop-postgres-1', { group: 'shop/postgres', labels: { tier: 'db', team: 'data' } });
  it.each([
    ['the name', 'shop-postgres-1'],
    ['the id', db.id],
    ['the first characters of the id', db.id.slice(0, 12)],
    ['the group', 'shop/postgres'],
    ['the service', 'postgres'],
    ['a regular expression', /postgres/],
    ['a regular expression with state', /postgres/g],
    ['a regular expression as data', { matches: '^shop-' }],
    ['labels', { labels: { tier: 'db' } }],
    ['everything at once', { kind: 'container', group: 'shop/postgres', labels: { tier: 'db', team: 'data' } }],
  ])('can be named by %s', async (_what, pattern) => {
    const guard = protectedTargetsGuard(safety({ protect: ['other', pattern] }));
    // Twice: a pattern with the flag g must not forget.
    for (let round = 0; round < 2; round += 1) {
      expect(await guard.check(intent({ target: db }), world())).toMatchObject({
        rule: 'protected',
        allowed: false,
        value: 'shop-postgres-1',
      });
    }
  });

  it.each([
    ['a part of the name', 'postgres-1'],
    ['too few characters of the id', 'id-of'],
    ['another label value', { labels: { tier: 'web' } }],
    ['one wrong part among right ones', { kind: 'process', labels: { tier: 'db' } }],
  ])('are not meant by %s', async (_what, pattern) => {
    const guard = protectedTargetsGuard(safety({ protect: [pattern] }));
    expect(isYes(await guard.check(intent({ target: db }), world()))).toBe(true);
  });

  it('include those their source protects, whatever the options say', async () => {
    const guard = protectedTargetsGuard(safety());
    expect(await guard.check(intent(), world({ protects: async () => 'it is the engine itself' }))).toMatchObject({
      allowed: false,
      limit: 'built in',
      reason: 'the target is always protected: it is the engine itself',
    });
  });
});

describe('the environment', () => {
  it.each([
    ['staging', { CHAOS_ENVIRONMENT: 'a', NODE_ENV: 'b' }, 'staging'],
    [undefined, { CHAOS_ENVIRONMENT: 'a', NODE_ENV: 'b' }, 'a'],
    [undefined, { NODE_ENV: 'b' }, 'b'],
    [undefined, {}, undefined],
  ])('of option %s and variables %j is %s', (option, variables, name) => {
    expect(environmentName(option, variables)).toBe(name);
  });

  it('must be a listed one when a list is given', async () => {
    const guard = environmentGuard(safety({ environments: ['test', 'staging'] }));
    expect(isYes(await guard.check(intent({ environment: 'staging' }), world()))).toBe(true);
    for (const environment of ['dev', undefined]) {
      const opinion = await guard.check(intent(environment === undefined ? {} : { environment }), world());
      expect(opinion).toMatchObject({ allowed: false, value: environment ?? 'not named', limit: 'test, staging' });
    }
  });

  it('production needs windows, an allow-list and somebody who approves, and says what is missing', async () => {
    const production = intent({ environment: 'production' });
    expect(await environmentGuard(safety()).check(production, world())).toMatchObject({
      value: 'production without windows, allow, approve',
    });
    const halfway = safety({ windows: anyDay, approve: () => true });
    expect(await environmentGuard(halfway).check(production, world())).toMatchObject({
      value: 'production without allow',
      remedy: 'give safety.allow',
    });
    const full = safety({ windows: anyDay, approve: () => true, allow: ['payments'] });
    expect(isYes(await environmentGuard(full).check(production, world()))).toBe(true);
  });
});

describe('the allow-list', () => {
  it('lets only named targets pass, and all when there is none', async () => {
    const guard = allowListGuard(safety({ allow: ['payments', { labels: { chaos: 'yes' } }] }));
    expect(isYes(await guard.check(intent(), world()))).toBe(true);
    expect(isYes(await guard.check(intent({ target: target('x', { labels: { chaos: 'yes' } }) }), world()))).toBe(true);
    expect(await guard.check(intent({ target: target('x') }), world())).toMatchObject({
      rule: 'allow-list',
      allowed: false,
      value: 'x',
      limit: 'payments, {"labels":{"chaos":"yes"}}',
    });
    expect(isYes(await allowListGuard(safety()).check(intent(), world()))).toBe(true);
  });
});

describe('opt-in labels', () => {
  it('must all be there with their values', async () => {
    const guard = optInLabelsGuard(safety({ optIn: { chaos: 'on', tier: 'web' } }));
    const labelled = (labels: Target['labels']): Target => target('x', { labels });
    expect(isYes(await guard.check(intent({ target: labelled({ chaos: 'on', tier: 'web' }) }), world()))).toBe(true);
    expect(await guard.check(intent({ target: labelled({ chaos: 'off' }) }), world())).toMatchObject({
      allowed: false,
      value: 'chaos=off, no tier',
      limit: 'chaos=on, tier=web',
    });
  });
});

describe('the blast radius', () => {
  it('counts all faults that are alive', async () => {
    const guard = blastRadiusGuard(safety({ maxActiveFaults: 2 }));
    const others = [target('a'), target('b')].map((on) => alive(on));
    expect(isYes(await guard.check(intent(), world({ active: others.slice(0, 1) })))).toBe(true);
    expect(await guard.check(intent(), world({ active: others }))).toMatchObject({
      value: '3 active faults',
      limit: 'maxActiveFaults 2',
    });
  });

  it.each([
    [1, 0, 0.5, true],
    [4, 1, 0.5, true],
    [4, 2, 0.5, false],
    [5, 2, 0.5, false],
    [3, 0, 0.1, true],
    [3, 1, 0.1, false],
    [3, 2, 1, true],
  ])('in a group of %i with %i under fault and a share of %f: %s', async (size, broken, maxShareOfGroup, allowed) => {
    const members = replicas(size);
    const [victim] = members.slice(broken);
    const group = async () => ({ members, underFault: members.slice(0, broken) });
    const guard = blastRadiusGuard(safety({ maxShareOfGroup }));
    const opinion = await guard.check(intent(victim === undefined ? {} : { target: victim }), world({ group }));
    expect(opinion.allowed).toBe(allowed);
  });

  it('counts members that their fault took down, so that a group cannot be killed one by one', async () => {
    const [dead, first, ...rest] = replicas(4);
    const group = async () => ({
      members: [first, ...rest].filter((one) => one !== undefined),
      underFault: [dead].filter((one) => one !== undefined),
    });
    const guard = blastRadiusGuard(safety({ maxShareOfGroup: 0.25 }));
    expect(await guard.check(intent(first === undefined ? {} : { target: first }), world({ group }))).toMatchObject({
      value: '2 of 4 in shop/api',
      limit: 'maxShareOfGroup 0.25: 1 of 4',
    });
  });

  it('counts a second fault on the same member once', async () => {
    const members = replicas(2);
    const [first] = members;
    const group = async () => ({ members, underFault: members.slice(0, 1) });
    const opinion = await blastRadiusGuard(safety()).check(
      intent(first === undefined ? {} : { target: first }),
      world({ group }),
    );
    expect(opinion).toMatchObject({ allowed: true, note: '1 of 2 in shop/api' });
  });

  it('leaves as many members without a fault as asked', async () => {
    const members = replicas(3);
    const [victim] = members;
    const group = async () => ({ members, underFault: members.slice(2) });
    const guard = blastRadiusGuard(safety({ maxShareOfGroup: 1, minHealthy: 2 }));
    expect(await guard.check(intent(victim === undefined ? {} : { target: victim }), world({ group }))).toMatchObject({
      value: '1 left without a fault in shop/api',
      limit: 'minHealthy 2',
    });
  });
});

describe('concurrency and rate', () => {
  const injection = (on: Target, at: number) => ({ type: 'network.latency', target: on, at });
  const after = async (ms: number) => {
    const clock = virtualClock();
    await clock.advance(ms);
    return clock;
  };

  it('limit the faults on one target and on one group', async () => {
    const [first = target('x'), second = target('y')] = replicas(2);
    const active = [alive(first)];
    const perTarget = rateGuard(safety({ maxFaultsPerTarget: 1 }));
    expect(await perTarget.check(intent({ target: first }), world({ active }))).toMatchObject({
      value: '2 on api-1',
      limit: 'maxFaultsPerTarget 1',
    });
    expect(isYes(await perTarget.check(intent({ target: second }), world({ active })))).toBe(true);
    const perGroup = rateGuard(safety({ maxFaultsPerGroup: 1 }));
    expect(await perGroup.check(intent({ target: second }), world({ active }))).toMatchObject({
      value: '2 on group shop/api',
      limit: 'maxFaultsPerGroup 1',
    });
    const elsewhere = { ...second, connection: 'other-host' };
    expect(isYes(await perGroup.check(intent({ target: elsewhere }), world({ active })))).toBe(true);
  });

  it('keep a least time between two faults', async () => {
    const guard = rateGuard(safety({ minTimeBetweenFaults: '10s' }));
    const recent = [injection(target('other'), 1_000)];
    expect(await guard.check(intent(), world({ recent, clock: await after(10_999) }))).toMatchObject({
      value: '9999 ms after the last fault',
      limit: 'minTimeBetweenFaults 10000 ms',
    });
    expect(isYes(await guard.check(intent(), world({ recent, clock: await after(11_000) })))).toBe(true);
  });

  it('let one target cool down, its next incarnation too', async () => {
    const guard = rateGuard(safety({ cooldown: '1m' }));
    const before = target('payments', { id: 'an-older-id', startedAt: '0' });
    const clock = await after(59_999);
    expect(await guard.check(intent(), world({ recent: [injection(before, 0)], clock }))).toMatchObject({
      value: '59999 ms after the last fault on payments',
    });
    expect(isYes(await guard.check(intent(), world({ recent: [injection(target('other'), 0)], clock })))).toBe(true);
  });

  it('limit the faults in an interval', async () => {
    const guard = rateGuard(safety({ rate: { faults: 2, per: '1m' } }));
    const recent = [injection(target('a'), 0), injection(target('b'), 30_000)];
    expect(await guard.check(intent(), world({ recent, clock: await after(59_000) }))).toMatchObject({
      value: '3 in 60000 ms',
      limit: 'rate 2 per 60000 ms',
    });
    expect(isYes(await guard.check(intent(), world({ recent, clock: await after(60_000) })))).toBe(true);
  });
});

describe('health before the start', () => {
  const looks = async () =>
    [
      { probe: 'a', health: 'healthy' },
      { probe: 'b', health: 'unknown', detail: 'no route' },
      { probe: 'c', health: 'degraded' },
    ] as const;

  it('must be known and good for every probe', async () => {
    expect(await healthGuard(safety()).check(intent(), world({ health: looks }))).toMatchObject({
      value: 'b unknown (no route), c degraded',
      limit: 'healthy',
    });
    const fine = async () => [{ probe: 'a', health: 'healthy' }] as const;
    expect(isYes(await healthGuard(safety()).check(intent(), world({ health: fine })))).toBe(true);
  });

  it('is not asked when there is no probe, when it is switched off, and while planning', async () => {
    const never = async () => {
      throw new Error('asked');
    };
    expect(isYes(await healthGuard(safety()).check(intent(), world()))).toBe(true);
    expect(isYes(await healthGuard(safety({ requireHealthy: false })).check(intent(), world({ health: never })))).toBe(
      true,
    );
    expect(await healthGuard(safety()).check(intent(), world({ health: never, purpose: 'plan' }))).toMatchObject({
      allowed: true,
      note: expect.stringContaining('before the start'),
    });
  });
});

describe('safety options', () => {
  it('have these defaults', () => {
    expect(safetySchema.parse({})).toEqual({
      protect: [],
      production: ['production', 'prod'],
      windows: [],
      blackouts: [],
      optIn: {},
      maxActiveFaults: 5,
      maxShareOfGroup: 0.5,
      minHealthy: 0,
      minTimeBetweenFaults: 0,
      cooldown: 0,
      maxHold: 900_000,
      faults: {},
      requireApproval: 'never',
      approvalTimeout: 300_000,
      requireHealthy: true,
      maxConcurrentRuns: 3,
      stopWhen: [],
      checkInterval: 1_000,
    });
  });

  it.each([
    [{ maxActiveFault: 5 }, '', 'maxActiveFault'],
    [{ maxActiveFaults: 0 }, 'maxActiveFaults', '1'],
    [{ maxShareOfGroup: 50 }, 'maxShareOfGroup', '1'],
    [{ checkInterval: 1 }, 'checkInterval', '10 ms'],
    [{ rate: { faults: 1, per: '0s' } }, 'rate.per', 'above 0'],
    [{ protect: [''] }, 'protect.0', ''],
    [{ protect: [{}] }, 'protect.0', ''],
    [{ faults: { 'a.b': { maximum: {} } } }, 'faults.a.b', 'maximum'],
  ])('refuse %j at %s', (input, path, message) => {
    const issues = safetySchema.safeParse(input).error?.issues ?? [];
    expect(issues[0]?.path.join('.')).toBe(path);
    expect(issues[0]?.message).toContain(message);
  });
});

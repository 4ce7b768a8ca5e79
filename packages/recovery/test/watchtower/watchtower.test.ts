import { defineProbe, type ProbeResult } from '@bridge/chaos-core';
import { type VirtualClock, virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  type Grant,
  type Leadership,
  type Standing,
  soleLeadership,
  type WatchPolicyInput,
  Watchtower,
  type WatchtowerOptions,
} from '../../src/index.ts';
import { RUNNING, SimulatedSource, STOPPED } from './simulated-source.ts';

interface Scene extends AsyncDisposable {
  readonly clock: VirtualClock;
  readonly source: SimulatedSource;
  readonly tower: Watchtower;
  types(): string[];
}

async function scene(
  names: readonly string[],
  options: Omit<WatchtowerOptions, 'policy'> & { readonly policy?: WatchPolicyInput; readonly group?: string } = {},
): Promise<Scene> {
  const clock = virtualClock();
  const source = new SimulatedSource();
  for (const name of names) source.add(name, options.group === undefined ? {} : { group: options.group });
  const { policy, ...others } = options;
  const tower = new Watchtower({
    clock,
    seed: 7,
    targets: { docker: false, sources: [source] },
    policy: { dryRunFirst: false, ...policy },
    ...others,
  }).start();
  await clock.advance(0);
  return {
    clock,
    source,
    tower,
    types: () => tower.recent.map(({ type }) => type),
    [Symbol.asyncDispose]: () => tower.close(),
  };
}

/** Leadership that does what the test says. */
function steeredLeadership(standing: Standing, begin?: Leadership['begin']) {
  const listeners = new Set<(standing: Standing) => void>();
  const sole = soleLeadership();
  let now = standing;
  return {
    get standing() {
      return now;
    },
    onChange(listener: (standing: Standing) => void) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    begin: begin ?? ((action: Parameters<Leadership['begin']>[0]) => sole.begin(action)),
    close: async () => {},
    become(next: Standing) {
      now = next;
      for (const listener of listeners) listener(next);
    },
  };
}

const LEADER: Standing = { role: 'leader', term: 3n, alone: false, signal: new AbortController().signal };
const WITNESS: Standing = { role: 'witness', term: 3n, leader: 'another' };

describe('restarts of one target', () => {
  test('the first comes within a second, later ones after ever longer times up to a minute', async () => {
    await using world = await scene(['web'], { policy: { budget: { restarts: 100 }, rate: { restarts: 100 } } });
    world.source.after = () => STOPPED;
    world.source.become('web', STOPPED);
    await world.clock.advance(1_000);
    expect(world.source.restarted.length).toBeGreaterThan(0);
    await world.clock.advance(600_000);
    const waits = world.tower.recent.flatMap((event) => (event.type === 'watchtower:restarting' ? [event.at] : []));
    const gaps = waits.slice(1).map((at, index) => at - (waits[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(60_000);
    expect(gaps.slice(0, 3).every((gap) => gap <= 4_000)).toBe(true);
    expect(Math.max(...gaps)).toBeGreaterThan(20_000);
  });

  test('end with the budget; three that did not help call for help', async () => {
    await using world = await scene(['web']);
    world.source.after = () => STOPPED;
    world.source.become('web', STOPPED);
    await world.clock.advance(3_600_000);
    expect(world.source.restarted).toHaveLength(5);
    expect(world.types().filter((type) => type === 'watchtower:gave-up')).toHaveLength(1);
    expect(world.types()).toContain('watchtower:escalated');
  });

  test('are effective only when the target was fine for the whole hold', async () => {
    await using world = await scene(['web'], { policy: { verify: { hold: '10s' } } });
    world.source.become('web', STOPPED);
    await world.clock.advance(5_000);
    expect(world.source.restarted).toHaveLength(1);
    expect(world.types()).not.toContain('watchtower:effective');
    await world.clock.advance(10_000);
    expect(world.types()).toContain('watchtower:effective');
  });

  test('do not come when it is back by itself, or was taken away, before the wait is over', async () => {
    await using world = await scene(['web', 'old'], { policy: { backoff: { first: '10s' } } });
    world.source.become('web', STOPPED);
    world.source.become('old', STOPPED);
    await world.clock.advance(0);
    world.source.become('web', RUNNING);
    world.source.remove('old');
    await world.clock.advance(60_000);
    expect(world.source.restarted).toEqual([]);
    const how = world.tower.recent.flatMap((event) => (event.type === 'watchtower:resolved' ? [event.data.how] : []));
    expect(how.sort()).toEqual(['fine', 'gone']);
  });

  test('wait for k of n bad checks, and for the start period', async () => {
    await using world = await scene(['web'], { policy: { confirm: { failures: 3, of: 5 }, startPeriod: '30s' } });
    const ill = (checks: boolean[], age: number) => ({ is: 'running', health: 'unhealthy', checks, age }) as const;
    world.source.become('web', ill([true, true, true, false, false], 60_000));
    await world.clock.advance(10_000);
    world.source.become('web', ill([false, false, false, false, false], 20_000));
    await world.clock.advance(10_000);
    expect(world.source.restarted).toEqual([]);
    world.source.become('web', ill([true, false, true, false, false], 60_000));
    await world.clock.advance(2_000);
    expect(world.source.restarted).toEqual(['web']);
  });

  test('are left to another supervisor that is at it, and to people where the label says observe', async () => {
    await using world = await scene(['web']);
    world.source.add('looked-at', { restart: 'observe' });
    world.source.become('web', { is: 'restarting' });
    world.source.become('looked-at', STOPPED);
    await world.clock.advance(120_000);
    expect(world.source.restarted).toEqual([]);
    expect(world.types()).toContain('watchtower:detected');
  });
});

test('one that another supervisor is at is looked at once a second however long that takes, and told of once', async () => {
  await using world = await scene(['web']);
  world.source.become('web', { is: 'restarting' });
  await world.clock.advance(600_000);
  world.source.looks = 0;
  await world.clock.advance(60_000);
  expect(world.source.looks).toBeLessThanOrEqual(61);
  expect(world.types().filter((type) => type === 'watchtower:deferred')).toHaveLength(1);
  world.source.become('web', RUNNING);
  await world.clock.advance(0);
  world.source.become('web', { is: 'restarting' });
  await world.clock.advance(10_000);
  expect(world.types().filter((type) => type === 'watchtower:deferred')).toHaveLength(2);
  await world.tower.close();
  expect(world.clock.pending).toBe(0);
});

/** A probe that answers as the test says. */
function steeredProbe(check: () => Promise<ProbeResult>) {
  return defineProbe({
    type: 'steered',
    options: z.strictObject({ target: z.string() }),
    open: async () => ({ check, async close() {} }),
  });
}

describe('restarts that a probe looks at too', () => {
  const policy = { startPeriod: 0, verify: { hold: '3s', within: '2m' } } as const;

  test('are effective only once it has found the new incarnation healthy', async () => {
    let health: ProbeResult['health'] = 'degraded';
    const steered = steeredProbe(async () => ({ health }));
    const probe = () => steered({ name: 'steered', target: 'web', every: '10s' });
    await using world = await scene(['web'], { policy, probe });
    await world.clock.advance(40_000);
    expect(world.source.restarted).toEqual(['web']);
    expect(world.types()).not.toContain('watchtower:effective');
    health = 'healthy';
    await world.clock.advance(15_000);
    expect(world.types()).toContain('watchtower:effective');
  });

  test('are not by an answer that was asked for before', async () => {
    const asked: PromiseWithResolvers<ProbeResult>[] = [];
    const steered = steeredProbe(() => {
      const answer = Promise.withResolvers<ProbeResult>();
      asked.push(answer);
      return answer.promise;
    });
    const probe = () => steered({ name: 'steered', target: 'web', timeout: '1h' });
    await using world = await scene(['web'], { policy, probe });
    world.source.become('web', STOPPED);
    await world.clock.advance(2_000);
    expect(world.source.restarted).toEqual(['web']);
    asked[0]?.resolve({ health: 'healthy' });
    await world.clock.advance(10_000);
    expect(world.types()).not.toContain('watchtower:effective');
    asked[1]?.resolve({ health: 'healthy' });
    await world.clock.advance(5_000);
    expect(world.types()).toContain('watchtower:effective');
  });
});

describe('restarts of many targets', () => {
  const ten = Array.from({ length: 10 }, (_, index) => `worker-${index}`);

  test('one fifth of a group at once', async () => {
    await using world = await scene(ten, {
      group: 'workers',
      policy: { storm: { least: 100 }, verify: { hold: '10s' } },
    });
    for (const name of ten.slice(0, 4)) world.source.become(name, STOPPED);
    await world.clock.advance(5_000);
    expect(world.source.restarted).toHaveLength(2);
    await world.clock.advance(30_000);
    expect(world.source.restarted).toHaveLength(4);
  });

  test('a storm stops them, until its hold is over or somebody says that the cause is gone', async () => {
    await using world = await scene(ten, { group: 'workers', policy: { backoff: { first: '10s' } } });
    for (const name of ten.slice(0, 4)) world.source.become(name, STOPPED);
    await world.clock.advance(50_000);
    expect(world.source.restarted).toEqual([]);
    expect(world.types().filter((type) => type === 'watchtower:storm')).toHaveLength(1);
    world.tower.releaseStorm('workers');
    await world.clock.advance(1_000);
    expect(world.source.restarted).toHaveLength(2);
  });

  test('ten a minute altogether', async () => {
    const many = Array.from({ length: 30 }, (_, index) => `service-${index}`);
    await using world = await scene(many);
    for (const name of many) world.source.become(name, STOPPED);
    await world.clock.advance(5_000);
    expect(world.source.restarted.length).toBeGreaterThanOrEqual(10);
    expect(world.source.restarted.length).toBeLessThanOrEqual(11);
    await world.clock.advance(180_000);
    expect(world.source.restarted).toHaveLength(30);
  });

  test('an unhealthy one that still runs is kept while too few others are fine', async () => {
    await using world = await scene(['a', 'b'], { group: 'pair', policy: { group: { minAvailable: 1 } } });
    const ill = { is: 'running', health: 'unhealthy', checks: [false, false, false], age: 600_000 } as const;
    world.source.become('a', ill);
    world.source.become('b', ill);
    await world.clock.advance(10_000);
    expect(world.source.restarted).toEqual([]);
    world.source.become('b', RUNNING);
    await world.clock.advance(70_000);
    expect(world.source.restarted).toEqual(['a']);
  });
});

describe('who acts', () => {
  test('a witness only tells; once it leads, it acts', async () => {
    const leadership = steeredLeadership(WITNESS);
    await using world = await scene(['web'], { leadership, policy: { leaderPatience: '30s' } });
    world.source.become('web', STOPPED);
    await world.clock.advance(120_000);
    expect(world.source.restarted).toEqual([]);
    expect(world.types()).toContain('watchtower:leader-silent');
    leadership.become(LEADER);
    await world.clock.advance(5_000);
    expect(world.source.restarted).toEqual(['web']);
  });

  test('nobody, while the lease cannot be read or the lever is pulled', async () => {
    const leadership = steeredLeadership({ role: 'unknown', reason: 'the database is gone' });
    await using world = await scene(['web'], { leadership });
    world.source.become('web', STOPPED);
    await world.clock.advance(120_000);
    world.tower.hold('change freeze', 'ann');
    leadership.become(LEADER);
    await world.clock.advance(120_000);
    expect(world.source.restarted).toEqual([]);
    world.tower.unhold('the freeze is over', 'ann');
    await world.clock.advance(5_000);
    expect(world.source.restarted).toEqual(['web']);
  });

  test('a deed that was begun before, by whomever, is not done again under its key', async () => {
    const keys: string[] = [];
    const leadership = steeredLeadership(LEADER, async ({ key }): Promise<Grant> => {
      keys.push(key);
      if (keys.length === 1) return { granted: false, reason: 'already-begun', detail: 'by the former leader' };
      return { granted: true, async finish() {} };
    });
    await using world = await scene(['web'], { leadership });
    world.source.become('web', STOPPED);
    await world.clock.advance(10_000);
    expect(world.source.restarted).toEqual(['web']);
    expect(new Set(keys).size).toBe(2);
  });
});

test('the first look only tells what it would do; the next sweep does it', async () => {
  const clock = virtualClock();
  const source = new SimulatedSource();
  source.add('web');
  source.become('web', STOPPED);
  await using tower = new Watchtower({ clock, targets: { docker: false, sources: [source] } }).start();
  await clock.advance(14_000);
  expect(tower.recent.map(({ type }) => type)).toContain('watchtower:would-restart');
  expect(source.restarted).toEqual([]);
  await clock.advance(5_000);
  expect(source.restarted).toEqual(['web']);
});

test('it ticks as long as it works', async () => {
  await using world = await scene(['web']);
  const first = world.tower.status.lastTick ?? Number.NaN;
  await world.clock.advance(60_000);
  expect(world.tower.status.lastTick).toBe(first + 60_000);
});

test('a policy that contradicts itself is refused with its path', () => {
  const policy = { backoff: { cap: '60s', reset: '1m' } } as const;
  expect(() => new Watchtower({ policy })).toThrow(/CHAOS_WATCHTOWER_INVALID.*policy.backoff: expected reset/);
});

test('without Docker it is inert, and says why and what to do', async () => {
  await using tower = new Watchtower({ targets: { docker: { host: 'unix:///nowhere/docker.sock' } } }).start();
  const inert = () => tower.recent.find(({ type }) => type === 'watchtower:inert')?.data;
  await expect
    .poll(inert, { timeout: 15_000 })
    .toMatchObject({ source: 'container', remedy: expect.stringContaining('start Docker') });
});

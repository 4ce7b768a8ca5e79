import { virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, test } from 'vitest';
import { type ServiceGraph, serviceGraph, type WatchPolicyInput, Watchtower } from '../../src/index.ts';
import type { Condition } from '../../src/watchtower/watched-target.ts';
import { RUNNING, SimulatedSource, STOPPED } from './simulated-source.ts';

const shop = serviceGraph({
  frontend: ['backend'],
  backend: ['database', { anyOf: ['cache', 'spare-cache'] }, { optional: 'metrics' }],
});

async function scene(names: readonly string[], graph: ServiceGraph, policy: WatchPolicyInput = {}) {
  const clock = virtualClock();
  const source = new SimulatedSource();
  for (const name of names) source.add(name, { group: name.replace(/-\d+$/, '') });
  const tower = new Watchtower({
    clock,
    seed: 7,
    graph,
    targets: { docker: false, sources: [source] },
    policy: { dryRunFirst: false, ...policy },
  }).start();
  await clock.advance(0);
  return {
    clock,
    source,
    tower,
    deferred: () =>
      tower.recent.flatMap((event) =>
        event.type === 'watchtower:deferred' && event.data.reason === 'dependency' ? [event.data.target.name] : [],
      ),
    [Symbol.asyncDispose]: () => tower.close(),
  };
}

describe('restarts follow the service graph', () => {
  test('what others need comes back first, whatever the jitter says', async () => {
    await using world = await scene(['frontend', 'backend', 'database', 'cache'], shop);
    for (const name of ['frontend', 'backend', 'database']) world.source.become(name, STOPPED);
    await world.clock.advance(30_000);
    expect(world.source.restarted).toEqual(['database', 'backend', 'frontend']);
    expect(new Set(world.deferred())).toEqual(new Set(['frontend', 'backend']));
  });

  test('somebody waits until it is fine, not only started', async () => {
    await using world = await scene(['backend', 'database', 'cache'], shop);
    const starting: Condition = { is: 'running', health: 'starting', checks: [], age: 1_000 };
    world.source.after = (name) => (name === 'database' ? starting : RUNNING);
    world.source.become('backend', STOPPED);
    world.source.become('database', STOPPED);
    await world.clock.advance(10_000);
    expect(world.source.restarted).toEqual(['database']);
    world.source.become('database', RUNNING);
    await world.clock.advance(5_000);
    expect(world.source.restarted).toEqual(['database', 'backend']);
  });

  test('nobody waits for an alternative, an optional need, or what needs him in turn', async () => {
    await using world = await scene(['backend', 'database', 'cache', 'spare-cache', 'metrics'], shop);
    // Those that are down stay down: only the backend can be started.
    world.source.after = (name) => (name === 'backend' ? RUNNING : STOPPED);
    for (const name of ['backend', 'cache', 'metrics']) world.source.become(name, STOPPED);
    await world.clock.advance(20_000);
    expect(world.source.restarted).toContain('backend');
    expect(world.deferred()).toEqual([]);

    await using ring = await scene(['a', 'b'], serviceGraph({ a: ['b'], b: ['a'] }));
    for (const name of ['a', 'b']) ring.source.become(name, STOPPED);
    await ring.clock.advance(20_000);
    expect([...ring.source.restarted].sort()).toEqual(['a', 'b']);
  });

  test('patience ends, and what was given up is not waited for', async () => {
    await using world = await scene(['backend', 'database', 'cache'], shop, {
      dependencyPatience: '30s',
      budget: { restarts: 100 },
    });
    world.source.after = (name) => (name === 'database' ? STOPPED : RUNNING);
    for (const name of ['backend', 'database']) world.source.become(name, STOPPED);
    await world.clock.advance(25_000);
    expect(world.source.restarted).not.toContain('backend');
    await world.clock.advance(10_000);
    expect(world.source.restarted).toContain('backend');

    await using other = await scene(['backend', 'database', 'cache'], shop, {
      dependencyPatience: '1h',
      budget: { restarts: 1 },
    });
    other.source.after = (name) => (name === 'database' ? STOPPED : RUNNING);
    for (const name of ['backend', 'database']) other.source.become(name, STOPPED);
    await other.clock.advance(120_000);
    expect(other.tower.recent.map(({ type }) => type)).toContain('watchtower:gave-up');
    expect(other.source.restarted).toContain('backend');
  });
});

describe('a storm', () => {
  const workers = ['worker-1', 'worker-2', 'worker-3', 'worker-4'];
  const graph = serviceGraph({ worker: ['database'] });

  test('is over once what the group needs is back', async () => {
    await using world = await scene(['database', ...workers], graph, { storm: { hold: '1h' } });
    for (const name of ['database', ...workers]) world.source.become(name, STOPPED);
    await world.clock.advance(120_000);
    const types = world.tower.recent.map(({ type }) => type);
    expect(types).toContain('watchtower:storm');
    expect(types).toContain('watchtower:storm-released');
    expect(world.source.restarted[0]).toBe('database');
    expect([...world.source.restarted].sort()).toEqual(['database', ...workers]);
  });

  test('without such a cause holds as before', async () => {
    await using world = await scene(['database', ...workers], graph, {
      storm: { hold: '1h' },
      backoff: { first: '10s' },
    });
    for (const name of workers) world.source.become(name, STOPPED);
    await world.clock.advance(120_000);
    expect(world.source.restarted).toEqual([]);
  });
});

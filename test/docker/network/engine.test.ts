import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { network } from '@bridge/chaos-injectors/network';
import { describe, expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { inNetworkOf, witnessNetwork } from './namespace.ts';

async function startEngine(lease: '2s' | '10s' = '10s') {
  const state = await mkdtemp(join(tmpdir(), 'chaos-engine-'));
  const engine = new ChaosEngine({ plugins: [containers(), network()], state, armed: true, signals: false, lease });
  await engine.start();
  return {
    engine,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(state, { recursive: true });
    },
  };
}

describe('network faults in an engine', () => {
  it('are held, proven and undone; the plan names the path', async () => {
    await using web = await startContainer();
    await using host = await startEngine();
    const before = await witnessNetwork(web);
    const fault = { type: 'network.latency', target: { container: web.name }, params: { delay: '20ms' } } as const;
    const plan = await host.engine.plan({ name: 'slow', faults: [fault] });
    expect(JSON.stringify(plan)).toMatch(/packet queue|netem/);
    {
      await using slow = await host.engine.inject(fault);
      expect(slow.state).toMatchObject({ phase: 'active' });
      expect(await witnessNetwork(web)).not.toEqual(before);
    }
    expect(await witnessNetwork(web)).toEqual(before);
  });

  it('outlive their lease as long as the engine renews it, and several end in any order', async () => {
    await using web = await startContainer();
    await using host = await startEngine('2s');
    const before = await witnessNetwork(web);
    const container = web.name;
    const first = await host.engine.inject({
      type: 'network.blackhole',
      target: { container },
      params: { peers: '192.0.2.1' },
    });
    const second = await host.engine.inject({
      type: 'network.bandwidth',
      target: { container },
      params: { rate: '1MB/s' },
    });
    const third = await host.engine.inject({
      type: 'network.latency',
      target: { container },
      params: { delay: '5ms', direction: 'ingress' },
    });
    const ends = async () => {
      const rules = await inNetworkOf(web, 'iptables-save');
      return new Set([...rules.matchAll(/--datestart (\S+)/g)].map(([, end]) => end ?? ''));
    };
    const [earliest = ''] = [...(await ends())].sort();
    // The first lease is longer than the renewed ones: the end comes nearer, then moves on.
    await expect.poll(async () => [...(await ends())].sort()[0], { timeout: 20_000 }).not.toBe(earliest);
    const [nearer = ''] = [...(await ends())].sort();
    await expect.poll(async () => ([...(await ends())].sort()[0] ?? '') > nearer, { timeout: 20_000 }).toBe(true);
    await first.revert();
    expect(second.state).toMatchObject({ phase: 'active' });
    await third.revert();
    await second.revert();
    expect([first, second, third].map(({ state }) => state.phase)).toEqual(['reverted', 'reverted', 'reverted']);
    expect(await witnessNetwork(web)).toEqual(before);
  });

  it('are gone when the target restarts', async () => {
    await using web = await startContainer();
    await using host = await startEngine('2s');
    const fault = await host.engine.inject({ type: 'network.blackhole', target: { container: web.name } });
    await docker(['restart', '--time', '0', web.id]);
    await expect.poll(() => fault.state.phase, { timeout: 20_000 }).toBe('gone');
    expect((await witnessNetwork(web)).rules).toEqual([]);
  });

  it('are put into the new network of a target that restarts, where the step says so', async () => {
    await using web = await startContainer();
    await using host = await startEngine('2s');
    const before = await witnessNetwork(web);
    const effective: string[] = [];
    host.engine.on('fault:effective', ({ data }) => void effective.push(data.fault.id));
    const run = host.engine.run({
      name: 'a black hole that comes back',
      faults: [{ type: 'network.blackhole', target: { container: web.name }, onRestart: 'reapply' }, { delay: '15m' }],
    });
    await expect.poll(() => effective).toHaveLength(1);
    await docker(['restart', '--time', '0', web.id]);
    await expect.poll(() => effective, { timeout: 30_000 }).toHaveLength(2);
    expect((await witnessNetwork(web)).rules).not.toEqual(before.rules);
    await host.engine.emergencyStop('seen enough');
    const { faults } = await run.report;
    expect(faults.map((fault) => fault.outcome === 'injected' && fault.state.phase)).toEqual(['gone', 'reverted']);
    expect((await witnessNetwork(web)).rules).toEqual(before.rules);
  });
});

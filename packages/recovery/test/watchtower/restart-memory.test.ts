import { type VirtualClock, virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, test } from 'vitest';
import { LeaderElector, type LeaseStore, memoryLeases, Watchtower } from '../../src/index.ts';
import { SimulatedSource, STOPPED } from './simulated-source.ts';

/** One replica, whose service fails once it is at work; no restart helps. */
async function replica(node: string, leases: LeaseStore, clock: VirtualClock) {
  const source = new SimulatedSource();
  source.add('web');
  source.after = () => STOPPED;
  const leadership = LeaderElector.start({ leases, node, ttl: '15s', clock });
  const tower = new Watchtower({
    clock,
    seed: 7,
    leadership,
    targets: { docker: false, sources: [source] },
    policy: { dryRunFirst: false, budget: { restarts: 3, per: '1h' } },
  }).start();
  await clock.advance(0);
  source.become('web', STOPPED);
  return {
    source,
    tower,
    types: (): string[] => tower.recent.map(({ type }) => type),
    /** As a replica that is killed: nobody gives anything back but time. */
    async close() {
      await tower.close();
      await leadership.close();
    },
  };
}

describe('the budget of a target', () => {
  test('that one leader has spent is spent for the next one', async () => {
    const clock = virtualClock();
    const leases = memoryLeases(clock);
    const first = await replica('a', leases, clock);
    await clock.advance(300_000);
    expect(first.source.restarted).toHaveLength(3);
    expect(first.types()).toContain('watchtower:gave-up');
    await first.close();

    const second = await replica('b', leases, clock);
    await clock.advance(60_000);
    expect(second.tower.status.standing).toMatchObject({ role: 'leader' });
    expect(second.types()).toContain('watchtower:gave-up');
    expect(second.source.restarted).toEqual([]);
    await second.close();
  });

  test('that is half spent goes on from there, under the next keys', async () => {
    const clock = virtualClock();
    const leases = memoryLeases(clock);
    const first = await replica('a', leases, clock);
    while (first.source.restarted.length < 2) await clock.advance(1_000);
    await first.close();

    const second = await replica('b', leases, clock);
    await clock.advance(300_000);
    expect(second.source.restarted).toHaveLength(1);
    expect(second.types()).toContain('watchtower:gave-up');
    await second.close();
  });

  test('comes back with time, and with a reset by a human that the next leader knows of', async () => {
    const clock = virtualClock();
    const leases = memoryLeases(clock);
    const first = await replica('a', leases, clock);
    await clock.advance(300_000);
    expect(first.tower.reset('web', { actor: 'ops', reason: 'repaired' })).toBe(true);
    await clock.advance(0);
    await first.close();

    const second = await replica('b', leases, clock);
    await clock.advance(300_000);
    expect(second.source.restarted).toHaveLength(3);
    await second.close();
    await clock.advance(3_700_000);

    const third = await replica('c', leases, clock);
    await clock.advance(300_000);
    expect(third.source.restarted).toHaveLength(3);
    await third.close();
  });
});

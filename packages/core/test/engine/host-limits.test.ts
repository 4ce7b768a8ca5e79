import { ChaosEngine, type ChaosEvent, type HostUsage } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';
import { World } from '../guardian/world.ts';

/** A host that is as busy as it is told to be. */
function hostThat() {
  const host = { cpu: 0.2, memory: 0.3, looks: 0 };
  const usage: HostUsage = {
    begin: () => ({
      read: () => {
        host.looks += 1;
        return { cpu: host.cpu, memory: host.memory };
      },
    }),
  };
  return { host, usage };
}

it.each([
  ['cpu', { cpuAbove: 0.85 }, /^cpu use of the host .* over 50 ms, limit 85\.0 %$/],
  ['memory', { memoryAbove: 0.9 }, /^memory use of the host .* over 50 ms, limit 90\.0 %$/],
] as const)(
  'a fault that no run holds is reverted when the %s of the host goes above its limit',
  {
    timeout: 60_000,
  },
  async (what, limit, sentence) => {
    await using world = await World.make();
    const { host, usage } = hostThat();
    await using engine = new ChaosEngine({
      plugins: [markers()],
      armed: true,
      guardian: 'none',
      state: world.state,
      usage,
      safety: { stopWhen: [{ ...limit, over: '50ms' }], checkInterval: '10ms' },
    });
    await engine.start();
    expect(host.looks).toBe(0);
    const exceeded = new Promise<ChaosEvent<'safety:exceeded'>>((resolve) => engine.once('safety:exceeded', resolve));
    const ended = new Promise<ChaosEvent<'fault:reverted'>>((resolve) => engine.once('fault:reverted', resolve));
    const fault = await engine.inject({ type: 'folder.marker', target: { folder: world.root }, params: {} });
    await expect.poll(() => host.looks, { timeout: 40_000 }).toBeGreaterThan(5);
    expect(fault.state.phase).toBe('active');
    host[what] = 0.99;
    expect((await exceeded).data).toEqual({
      sentence: expect.stringMatching(sentence),
      numbers: expect.objectContaining({ over: 50 }),
      faults: [fault.id],
    });
    expect((await ended).data).toMatchObject({ cause: 'host-limit' });
    await fault.revert();
    expect(await world.isClean()).toBe(true);
    // Nothing lives any more: nobody looks.
    const looked = host.looks;
    host[what] = 0.1;
    const again = await engine.inject({ type: 'folder.marker', target: { folder: world.root }, params: {} });
    expect(host.looks).toBeGreaterThan(looked);
    expect(again.state.phase).toBe('active');
    await again.revert();
  },
);

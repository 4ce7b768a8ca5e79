import { describe, expect, it } from 'vitest';
import { eventually } from '../world/eventually.ts';
import { monotonic } from '../world/monotonic.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

describe('a host that ends while faults live', () => {
  it.each([
    ['exit', 3, /^$/],
    ['throw', 1, /uncaught, on purpose/],
    ['reject', 1, /unhandled, on purpose/],
  ] as const)('by %s, ends as it would have, and the guardian reverts', async (ending, code, complaint) => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { ending, faults: 2 });
    expect(await host.ended).toEqual({ code, signal: null });
    expect(host.complaints).toMatch(complaint);
    await eventually(() => world.isClean, 20_000, 'the guardian to revert');
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s, with nobody else listening, reverts first', async (signal) => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { faults: 2 });
    await host.says('active');
    host.child.kill(signal);
    expect(await host.ended).toEqual({ code: null, signal });
    expect(world.isClean).toBe(true);
    expect(host.has('fault:reverted')).toBe(true);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('by %s, with a listener of its own, is left to it', async (signal) => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { listens: true });
    await host.says('active');
    host.child.kill(signal);
    expect(await host.ended).toEqual({ code: 7, signal: null });
    expect(host.has('heard')).toBe(true);
    expect(world.isClean).toBe(true);
  });
});

describe('a host that has nothing else to do', () => {
  it('is not kept alive by an engine without faults', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { faults: 0, ending: 'return' });
    expect(await host.ended).toEqual({ code: 0, signal: null });
    expect(host.has('guardian:armed')).toBe(true);
  });

  it('stays until its faults are reverted', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { ending: 'return' });
    await host.says('active');
    const until = monotonic() + 1_000;
    await eventually(() => monotonic() > until, 10_000, 'a second to go by');
    expect(host.child.exitCode).toBeNull();
    host.child.kill('SIGTERM');
    await host.ended;
    expect(world.isClean).toBe(true);
  });
});

import { ChaosEngine } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { eventually } from '../world/eventually.ts';
import { isRunning } from '../world/process-table.ts';
import flags from './flag-plugin.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

async function startAgain({ flags: options, state }: FlagWorld): Promise<void> {
  await using engine = new ChaosEngine({ plugins: [flags(options)], armed: true, state, guardian: 'none' });
  await engine.start();
}

describe('the guardian, killed', () => {
  it('while a fault is being injected is replaced, and the new one does its work', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { flags: { injectTakes: 1_000 } });
    await host.says('fault:injecting');
    const first = host.guardian;
    process.kill(first, 'SIGKILL');
    await host.says('guardian:lost');
    await host.says('active');
    await eventually(() => host.guardian !== first, 20_000, 'a new guardian');
    expect(world.broken).toEqual(['flag-0']);
    host.child.kill('SIGKILL');
    await eventually(() => world.isClean, 20_000, 'the new guardian to revert');
  });

  it('while it injects, together with its engine, leaves nothing after the next start', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { flags: { injectTakes: 200 } });
    await host.says('fault:injecting');
    process.kill(host.guardian, 'SIGKILL');
    host.child.kill('SIGKILL');
    await host.ended;
    await startAgain(world);
    expect(world.isClean).toBe(true);
  });

  it.each(['engine first', 'guardian first'])(
    'within 5 ms of its engine, %s, leaves nothing after the next start',
    async (first) => {
      await using world = await FlagWorld.make();
      await using host = HostProcess.start(world, { faults: 3 });
      await host.says('active');
      const pids = first === 'engine first' ? [host.pid, host.guardian] : [host.guardian, host.pid];
      for (const pid of pids) process.kill(pid, 'SIGKILL');
      await host.ended;
      await startAgain(world);
      expect(world.isClean).toBe(true);
    },
  );

  it('in the middle of a revert leaves the rest to the next start', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { faults: 3, flags: { undoTakes: 5_000 } });
    await host.says('active');
    host.child.kill('SIGKILL');
    await eventually(() => world.undone.length > 0, 20_000, 'the guardian to begin');
    process.kill(host.guardian, 'SIGKILL');
    await eventually(() => !isRunning(host.guardian), 5_000, 'the guardian to end');
    expect(world.broken).not.toEqual([]);
    await startAgain(world);
    expect(world.isClean).toBe(true);
  });
});

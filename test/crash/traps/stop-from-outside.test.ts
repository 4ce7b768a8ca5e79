import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine, isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { eventually } from '../world/eventually.ts';
import flags from './flag-plugin.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

describe('the emergency stop, from outside', () => {
  it.each(['in the state folder', 'elsewhere'])('by a stop file %s, reverts all and lasts', async (where) => {
    await using world = await FlagWorld.make();
    const elsewhere = join(world.root, 'stop-chaos');
    await using host = HostProcess.start(world, { faults: 3, stopFile: elsewhere });
    await host.says('active');
    await writeFile(where === 'elsewhere' ? elsewhere : join(world.state, 'stop'), '');
    await host.says('emergency:stopped');
    expect(world.isClean).toBe(true);
    host.child.kill('SIGKILL');
    await host.ended;
    await using next = new ChaosEngine({
      plugins: [flags(world.flags)],
      armed: true,
      state: world.state,
      stopFile: elsewhere,
      guardian: 'none',
    });
    await next.start();
    const refused = next.inject({ type: 'folder.flag', target: { folder: world.folder } });
    await expect(refused).rejects.toSatisfy(
      (error) => isChaosError(error, 'CHAOS_EMERGENCY_STOPPED') || isChaosError(error, 'CHAOS_GUARD_REFUSED'),
    );
    expect(world.broken).toEqual([]);
  });

  it('by SIGUSR2, where the host asked for it', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { faults: 3, emergencySignal: true });
    await host.says('active');
    host.child.kill('SIGUSR2');
    await host.says('emergency:stopped');
    expect(world.isClean).toBe(true);
    expect(host.child.exitCode).toBeNull();
    expect(existsSync(join(world.state, 'stop'))).toBe(true);
  });

  it('not by SIGUSR2 otherwise: the host ends as it would have, and the guardian reverts', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world);
    await host.says('active');
    host.child.kill('SIGUSR2');
    expect(await host.ended).toEqual({ code: null, signal: 'SIGUSR2' });
    await eventually(() => world.isClean, 20_000, 'the guardian to revert');
    expect(existsSync(join(world.state, 'stop'))).toBe(false);
  });
});

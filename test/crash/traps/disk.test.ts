import { ChaosEngine, isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { eventually } from '../world/eventually.ts';
import { SmallDisk } from '../world/small-disk.ts';
import flags from './flag-plugin.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

const engineOn = ({ flags: options, state }: FlagWorld, guardian: 'process' | 'none' = 'process') =>
  new ChaosEngine({ plugins: [flags(options)], armed: true, state, guardian });

describe('a full disk', () => {
  it('when the undo record is written: refused, and nothing is injected', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await using engine = engineOn(world);
    await engine.start();
    disk.fill();
    const refused = engine.inject({ type: 'folder.flag', target: { folder: world.folder } });
    await expect(refused).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_JOURNAL_WRITE_FAILED'));
    expect(world.broken).toEqual([]);
    expect(world.entries).toEqual([]);
    disk.free();
    await using fault = await engine.inject({ type: 'folder.flag', target: { folder: world.folder } });
    expect(fault.state.phase).toBe('active');
  });

  it('while a fault is live does not keep it from being reverted', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await using engine = engineOn(world);
    await engine.start();
    const fault = await engine.inject({ type: 'folder.flag', target: { folder: world.folder } });
    disk.fill();
    await fault.revert();
    expect(fault.state.phase).toBe('reverted');
    expect(world.isClean).toBe(true);
  });

  it('does not keep the guardian from reverting either', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await using host = HostProcess.start(world, { faults: 3 });
    await host.says('active');
    disk.fill();
    host.child.kill('SIGKILL');
    await eventually(() => world.isClean, 20_000, 'the guardian to revert');
  });

  it('does not hide from an engine that hung that its guardian took over', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await using host = HostProcess.start(world, { lease: 500 });
    await host.says('active');
    disk.fill();
    host.child.kill('SIGSTOP');
    await eventually(() => world.broken.length === 0, 20_000, 'the guardian to revert');
    host.child.kill('SIGCONT');
    await host.says('engine:stale');
    await eventually(() => world.isClean, 20_000, 'the entry to be settled');
  });
});

// Without a guardian: its log is open for writing, and so keeps a disk from being remounted by hand.
describe('a read-only disk', () => {
  it('is refused at start, with what to do', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await disk.remount('ro');
    const engine = engineOn(world, 'none');
    await expect(engine.start()).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_STATE_UNUSABLE'));
    await disk.remount('rw');
  });

  it('is refused at start also when the state folder is there already', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await using before = engineOn(world, 'none');
    await before.start();
    await before.close();
    await disk.remount('ro');
    const engine = engineOn(world, 'none');
    await expect(engine.start()).rejects.toSatisfy((error) => isChaosError(error, 'CHAOS_STATE_UNUSABLE'));
    await disk.remount('rw');
  });

  it('while a fault is live does not keep it from being reverted', async () => {
    await using disk = await SmallDisk.make();
    await using world = await FlagWorld.make(`${disk.path}/state`);
    await using engine = engineOn(world, 'none');
    await engine.start();
    const fault = await engine.inject({ type: 'folder.flag', target: { folder: world.folder } });
    await disk.remount('ro');
    await fault.revert().catch(() => undefined);
    expect(world.broken).toEqual([]);
    await disk.remount('rw');
    await eventually(() => world.entries.length === 0, 20_000, 'the record to go');
  });
});

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Cgroup } from '../world/cgroup.ts';
import { eventually } from '../world/eventually.ts';
import { isRunning, processesOfSession } from '../world/process-table.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

const run = promisify(execFile);
const RECOVER = fileURLToPath(new URL('./recover.ts', import.meta.url));

describe('the engine, killed together with', () => {
  it('its whole process group, leaves the guardian to its work', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { faults: 2 });
    await host.says('active');
    process.kill(-host.pid, 'SIGKILL');
    await eventually(() => world.isClean, 20_000, 'the guardian to revert');
  });

  it('its whole session, leaves the guardian to its work', async () => {
    await using world = await FlagWorld.make();
    await using host = HostProcess.start(world, { faults: 2 });
    await host.says('active');
    const session = processesOfSession(host.pid);
    expect(session).toContain(host.pid);
    for (const pid of session) process.kill(pid, 'SIGKILL');
    await eventually(() => world.isClean, 20_000, 'the guardian to revert');
  });

  it('its whole cgroup, guardian included, leaves the rest to what the service manager runs afterwards', async () => {
    await using world = await FlagWorld.make();
    await using group = await Cgroup.make('service');
    await using host = HostProcess.start(world, { faults: 2 }, { command: group.command });
    await host.says('active');
    expect(group.pids).toContain(host.guardian);
    await group.kill();
    expect(world.broken).toHaveLength(2);
    await run(process.execPath, ['-C', '@bridge/source', RECOVER, world.state, world.trace]);
    expect(world.isClean).toBe(true);
  });

  it('its whole cgroup, leaves a guardian that was put into another one to its work', async () => {
    await using world = await FlagWorld.make();
    await using group = await Cgroup.make('service');
    await using scope = await Cgroup.make('scope');
    const told = { faults: 2, guardianCommand: [...scope.command] };
    await using host = HostProcess.start(world, told, { command: group.command });
    await host.says('active');
    expect(scope.pids).toEqual([host.guardian]);
    await group.kill();
    await eventually(() => world.isClean, 20_000, 'the guardian to revert');
    await eventually(() => !isRunning(host.guardian), 20_000, 'the guardian to end');
  });
});

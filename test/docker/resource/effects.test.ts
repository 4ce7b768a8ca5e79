import { readdir, readFile } from 'node:fs/promises';
import { isChaosError } from '@bridge/chaos-core';
import { afterAll, describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { faultContext, targetOf } from '../container/harness.ts';
import { faultOf, plugin } from './fault-of.ts';
import { held } from './held.ts';

const context = faultContext();
const impossible = (error: unknown) => isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE');

afterAll(() => plugin.close?.());

/** Processes of this machine that do the work of a pressure on this container, by the arguments they were given. */
async function workersIn(container: TestContainer): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
      const [command, group] = await Promise.all([read('cmdline'), read('cgroup')]);
      return command.includes('\0hold\0') && group.includes(container.id) ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

describe('pressure on a container', () => {
  it('works within the cgroup of its target, and is noticed when somebody kills it', async () => {
    await using web = await startContainer();
    const stress = await held(web, 'resource.cpu-stress', { cores: 2, load: 0.1 });
    await expect.poll(stress.look, { timeout: 30_000 }).toBe('present');
    const [first = 0, ...rest] = await workersIn(web);
    expect(rest).toHaveLength(1);
    process.kill(first, 'SIGKILL');
    await expect.poll(stress.look, { timeout: 30_000 }).toBe('absent');
    await expect.poll(() => workersIn(web), { timeout: 30_000 }).toEqual([]);
    await stress.revert();
  });

  it('meets the memory limit of its target before the target does', async () => {
    await using web = await startContainer({ flags: ['--memory', '32m', '--memory-swap', '32m'] });
    const fault = faultOf('resource.memory-stress');
    const target = await targetOf(web.id);
    const given: unknown = fault.params.parse({ level: '200MiB', ramp: '500ms' });
    const undo = await fault.prepare(target, given, context);
    // It may have been ended before it could say that it works.
    await fault.inject(target, given, undo, context).catch((error: unknown) => expect(isChaosError(error)).toBe(true));
    await expect.poll(() => fault.observe(undo, context), { timeout: 30_000 }).toBe('absent');
    expect(await web.status()).toBe('running');
    await fault.revert(undo, context);
  });

  it('fills memory up to a part of the limit, and is refused without one', async () => {
    await using web = await startContainer({ flags: ['--memory', '64m', '--memory-swap', '64m'] });
    const stress = await held(web, 'resource.memory-stress', { levelOfLimit: '50%' });
    expect(await stress.look()).toBe('present');
    const [worker = 0] = await workersIn(web);
    const resident = Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${worker}/status`, 'utf8'))?.[1]) * 1024;
    expect(resident).toBeGreaterThan(20 * 2 ** 20);
    expect(resident).toBeLessThan(34 * 2 ** 20);
    await stress.revert();
    await using free = await startContainer();
    const refused = held(free, 'resource.memory-stress', { levelOfLimit: '50%' });
    await expect(refused).rejects.toThrow(/no memory limit; say how much with level/);
  });

  it('ends with the incarnation of its target', async () => {
    await using web = await startContainer();
    const stress = await held(web, 'resource.memory-stress', { level: '4MiB' });
    await docker(['restart', '--time', '0', web.id]);
    await expect.poll(stress.look, { timeout: 30_000 }).toBe('gone');
    expect(await web.status()).toBe('running');
    await stress.revert();
  });

  it('fills a file system to the last byte where that is asked for, and never beyond the floor', async () => {
    await using web = await startContainer({ flags: ['--tmpfs', '/data:size=16m'] });
    const full = await held(web, 'resource.disk-fill', { folder: '/data', until: 1, keepFree: '0B' });
    expect(await full.look()).toBe('present');
    await expect(web.exec('dd', 'if=/dev/zero', 'of=/data/more', 'bs=64k', 'count=1')).rejects.toThrow(/No space left/);
    expect(await web.exec('ls', '-A', '/data')).toBe('more');
    await full.revert();
    await web.exec('dd', 'if=/dev/zero', 'of=/data/more', 'bs=64k', 'count=1');
    const greedy = held(web, 'resource.disk-fill', { folder: '/data', bytes: '8MiB' });
    await expect(greedy).rejects.toThrow(/must stay free; ask for less/);
    await expect(held(web, 'resource.disk-fill', { folder: '/none', bytes: '1MiB' })).rejects.toSatisfy(impossible);
  });

  it('holds connections, opens them again when they are ended, and counts them', async () => {
    await using web = await startContainer({ command: ['httpd', '-f', '-p', '80'] });
    const crowd = await held(web, 'resource.connection-exhaustion', { connections: 20, port: 80 });
    const counted = async () => (await crowd.counters())?.injected;
    await expect.poll(counted, { timeout: 30_000 }).toBe(20);
    expect((await crowd.counters())?.eligible).toBe(20);
    await crowd.revert();
    expect(await web.exec('sh', '-c', 'grep -c ":0050 01 " /proc/net/tcp; true')).toBe('0');
  });
});

describe('a limit on a container', () => {
  it('leaves the engine’s own record of limits alone, also where one was set', async () => {
    await using web = await startContainer({ flags: ['--cpus', '0.9', '--memory', '128m'] });
    const record = () => docker(['inspect', '--format', '{{json .HostConfig}}', web.id]);
    const before = await record();
    const cpu = await held(web, 'resource.cpu-limit', { cpus: 0.1 });
    const memory = await held(web, 'resource.memory-limit', { limit: '32MiB' });
    expect(await Promise.all([cpu.look(), memory.look()])).toEqual(['present', 'present']);
    await cpu.revert();
    await memory.revert();
    expect(await record()).toBe(before);
    await expect(held(web, 'resource.cpu-limit', { cpus: 1 })).rejects.toThrow(/is limited to 0.9 CPUs already/);
  });

  it('is gone after a restart of the container', async () => {
    await using web = await startContainer();
    const pids = await held(web, 'resource.pids-limit', { limit: 7 });
    await docker(['restart', '--time', '0', web.id]);
    expect(await pids.look()).toBe('gone');
    await pids.revert();
  });

  it('on processes makes the next one fail', async () => {
    await using web = await startContainer();
    const pids = await held(web, 'resource.pids-limit', { spare: 0 });
    await expect(web.exec('sh', '-c', '(true); true')).rejects.toThrow(/fork/);
    await pids.revert();
    await web.exec('sh', '-c', '(true); true');
  });

  it('on open files reaches what is started meanwhile, and undo does so too', async () => {
    await using web = await startContainer({
      command: ['sh', '-c', 'trap "sh -c \\"sleep 1000 & wait\\" &" USR1; while :; do sleep 1000 & wait; done'],
    });
    const files = await held(web, 'resource.fd-exhaustion', { spare: 9 });
    await docker(['kill', '--signal', 'USR1', web.id]);
    const limits = () => web.exec('sh', '-c', 'grep -h "open files" /proc/[0-9]*/limits | sort | uniq -c');
    await expect
      .poll(async () => (await web.exec('ps')).split('sleep 1000').length, { timeout: 30_000 })
      .toBeGreaterThan(4);
    expect(await files.look()).toBe('present');
    await files.revert();
    expect(await files.look()).toBe('absent');
    expect((await limits()).split('\n')).toHaveLength(1);
  });

  it('is refused for a container that does not run', async () => {
    await using web = await startContainer();
    await docker(['pause', web.id]);
    const target = await targetOf(web.id);
    for (const [type, params] of [
      ['resource.cpu-limit', { cpus: 0.5 }],
      ['resource.cpu-stress', {}],
      ['resource.fd-exhaustion', {}],
    ] as const) {
      const fault = faultOf(type);
      const answer = await fault.feasible?.(target, fault.params.parse(params), context);
      expect(answer).toMatchObject({ possible: false, remedy: expect.stringContaining('run') });
    }
  });
});

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '@bridge/chaos-core';
import { conformanceChecks } from '@bridge/chaos-core/testkit';
import { afterAll, describe, expect, it } from 'vitest';
import { testFolder } from '../file/file-harness.ts';
import { startProgram } from '../process/child.ts';
import { heldOn } from './held-fault.ts';
import { groupWitness, ownGroups } from './own-groups.ts';
import { processHarness } from './process-harness.ts';
import processResources from './process-resources.ts';
import { shell } from './shell.ts';

const plugin = processResources();
afterAll(() => plugin.close?.());
const mayLimit = process.platform === 'linux' && process.geteuid?.() === 0;

const harnessOf = (params: JsonObject) =>
  processHarness({ plugin, params, witness: async (pid) => ({ ...groupWitness(pid) }) });

const PARAMS: Readonly<Record<string, JsonObject>> = {
  'process.cpu-limit': { cpus: 0.2 },
  'process.memory-limit': { spare: '32MiB' },
  'process.pids-limit': { limit: 50 },
  'process.io-throttle': { write: '1MB/s' },
};
const all = process.env['CHAOS_CONFORMANCE'] === 'all';
const STEPS = ['inject:after', 'engine and guardian killed'] as const;
/** The others are undone by the same means as the first: some of its verbs, and its first step. */
const OTHERS = [STEPS[0], 'prepare only reads', 'inject has an effect', 'revert puts back', 'two at once'];

describe.runIf(mayLimit).each(Object.entries(PARAMS))('%s', (type, params) => {
  for (const { name, kind, run } of conformanceChecks({ type }, harnessOf(params))) {
    const first = type === 'process.cpu-limit';
    const chosen = (first ? STEPS : OTHERS).some((part) => name.includes(part));
    if (all || chosen || (first && kind === 'verbs')) it.concurrent(name, run, 120_000);
  }
});

const limited = (type: string, pid: number, given: JsonObject) => heldOn(plugin, type, pid, given);

const groupsOf = (pid: number): string => readFileSync(`/proc/${pid}/cgroup`, 'utf8');

describe.runIf(mayLimit)('a limit on a process', { timeout: 120_000 }, () => {
  it('on CPU holds it back', async () => {
    using busy = await startProgram('sh', ['-c', 'while :; do :; done']);
    const cpu = await limited('process.cpu-limit', busy.pid, { cpus: 0.05 });
    const [group = ''] = ownGroups(busy.pid);
    const throttled = () => Number(/^nr_throttled (\d+)$/m.exec(readFileSync(join(group, 'cpu.stat'), 'utf8'))?.[1]);
    await expect.poll(throttled, { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await cpu.look()).toBe('present');
    await cpu.revert();
    expect(ownGroups(busy.pid)).toEqual([]);
  });

  it('goes to what it starts meanwhile, and undo brings that back as well', async () => {
    using parent = await shell('sleep 1000 >/dev/null & echo $!');
    const before = groupsOf(parent.pid);
    const first = Number(await parent.ask());
    const pids = await limited('process.pids-limit', parent.pid, { spare: 5 });
    const second = Number(await parent.ask());
    try {
      expect(groupsOf(parent.pid)).not.toBe(before);
      expect([groupsOf(first), groupsOf(second)]).toEqual([groupsOf(parent.pid), groupsOf(parent.pid)]);
      await pids.revert();
      expect([parent.pid, first, second].map(groupsOf)).toEqual([before, before, before]);
    } finally {
      for (const pid of [first, second]) process.kill(pid, 'SIGKILL');
    }
  });

  it('on processes makes the next one fail', async () => {
    using parent = await shell('(exec true) && echo made || echo refused');
    expect(await parent.ask()).toBe('made');
    const pids = await limited('process.pids-limit', parent.pid, { spare: 0 });
    // A shell that cannot fork says so and ends, or goes on with the next command.
    const ended = once(parent.child, 'exit').then(() => 'refused');
    expect(await Promise.race([parent.ask(), ended])).toBe('refused');
    await pids.revert();
  });

  it('on memory ends a process that wants more, and leaves no group behind', async () => {
    using eater = await shell('exec head -c 200M /dev/zero | tail');
    const memory = await limited('process.memory-limit', eater.pid, { spare: '16MiB' });
    const [group = ''] = ownGroups(eater.pid);
    eater.child.stdin.write('\n');
    const control = () => {
      const events = ['memory.oom_control', 'memory.events'].map((name) => readIf(join(group, name)));
      return Number(/^oom_kill (\d+)$/m.exec(events.join('\n'))?.[1]);
    };
    await expect.poll(control, { timeout: 60_000 }).toBeGreaterThan(0);
    await memory.revert();
    expect(['absent', 'gone']).toContain(await memory.look());
    expect(readIf(join(group, 'cgroup.procs'))).toBe('');
  });

  it('on the disk makes writes take their time', async () => {
    await using folder = await testFolder();
    // The disk under its working folder is the one that is slowed down.
    using writer = await shell(
      `cd ${folder.path} && dd if=/dev/zero of=written bs=64k count=24 oflag=direct 2>/dev/null; echo $?`,
    );
    expect(await writer.ask()).toBe('0');
    const io = await limited('process.io-throttle', writer.pid, { write: '1MB/s' });
    const begun = performance.now();
    expect(await writer.ask()).toBe('0');
    expect(performance.now() - begun).toBeGreaterThan(700);
    await io.revert();
    expect(await io.look()).toBe('absent');
  });

  it('is over when its process has ended, and undo removes the group', async () => {
    const sleep = await startProgram('sleep', ['infinity']);
    const cpu = await limited('process.cpu-limit', sleep.pid, { cpus: 0.5 });
    const [group = ''] = ownGroups(sleep.pid);
    const ended = once(sleep.child, 'exit');
    sleep[Symbol.dispose]();
    await ended;
    expect(await cpu.look()).toBe('gone');
    await cpu.revert();
    expect(readIf(join(group, 'cgroup.procs'))).toBe('');
  });

  it('is refused where another one stands, or where more is in use already', async () => {
    using sleep = await startProgram('sleep', ['infinity']);
    const cpu = await limited('process.cpu-limit', sleep.pid, { cpus: 0.5 });
    await expect(limited('process.cpu-limit', sleep.pid, { cpus: 0.2 })).rejects.toThrow('end that one first');
    await cpu.revert();
    await expect(limited('process.memory-limit', sleep.pid, { limit: '1MiB' })).rejects.toThrow('bytes already');
  });
});

function readIf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // There is none (any more).
    return '';
  }
}

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '@bridge/chaos-core';
import { startProgram, type TestProcess } from '../../packages/injectors/test/process/child.ts';
import { heldOn } from '../../packages/injectors/test/resource/held-fault.ts';
import { ownGroups } from '../../packages/injectors/test/resource/own-groups.ts';
import processResources from '../../packages/injectors/test/resource/process-resources.ts';
import { eventually } from './eventually.ts';
import { groupAt } from './group.ts';
import { loopDisk } from './loop-disk.ts';

const plugin = processResources();
const holding = (type: string, pid: number, params: JsonObject) => heldOn(plugin, type, pid, params);
const groupLine = (pid: number): string => readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim();

before(() => writeFileSync('/sys/fs/cgroup/cgroup.subtree_control', '+cpu +io +memory +pids'));
after(() => plugin.close?.());

/** Starts programs in a group that is there for them alone, as a service manager does. */
function service(): Disposable & { readonly folder: string; start(): Promise<TestProcess> } {
  const folder = '/sys/fs/cgroup/service';
  mkdirSync(folder);
  return {
    folder,
    async start() {
      const program = await startProgram('sleep', ['1000']);
      writeFileSync(`${folder}/cgroup.procs`, String(program.pid));
      return program;
    },
    [Symbol.dispose]: () => rmdirSync(folder),
  };
}

async function ended(program: TestProcess): Promise<void> {
  const exit = once(program.child, 'exit');
  program[Symbol.dispose]();
  await exit;
}

describe('limits on a process in the topmost group', () => {
  it('are in a group made for it, which undo takes away', async () => {
    using sleep = await startProgram('sleep', ['1000']);
    using disk = loopDisk();
    const cases: readonly [type: string, params: JsonObject, file: string, content: string][] = [
      ['process.cpu-limit', { cpus: 0.2 }, 'cpu.max', '20000 100000'],
      ['process.memory-limit', { limit: '64MiB' }, 'memory.max', ''],
      ['process.pids-limit', { limit: 50 }, 'pids.max', '50'],
      ['process.io-throttle', { read: '256KiB/s', device: disk.numbers }, 'io.max', `${disk.numbers} rbps=262144`],
    ];
    for (const [type, params, file, content] of cases) {
      const limit = await holding(type, sleep.pid, params);
      const [folder = '', ...others] = ownGroups(sleep.pid);
      assert.deepEqual(others, []);
      assert.equal(groupLine(sleep.pid), `0::${folder.slice('/sys/fs/cgroup'.length)}`);
      assert.ok(groupAt(folder).read(file).startsWith(content));
      assert.notEqual(groupAt(folder).read(file), 'max');
      assert.equal(await limit.look(), 'present');
      await limit.revert();
      assert.equal(groupLine(sleep.pid), '0::/');
      assert.deepEqual(ownGroups(sleep.pid), []);
      assert.equal(await limit.look(), 'absent');
    }
  });

  it('on CPU hold it back', async () => {
    using busy = await startProgram('sh', ['-c', 'while :; do :; done']);
    const cpu = await holding('process.cpu-limit', busy.pid, { cpus: 0.1 });
    const [folder = ''] = ownGroups(busy.pid);
    await eventually('throttling', () => groupAt(folder).count('cpu.stat', 'nr_throttled') > 0);
    await cpu.revert();
  });
});

describe('limits on a process in a group of its own', () => {
  it('are in that group, and taken back', async () => {
    using own = service();
    const sleep = await own.start();
    const cpu = await holding('process.cpu-limit', sleep.pid, { cpus: 0.2 });
    assert.equal(groupAt(own.folder).read('cpu.max'), '20000 100000');
    assert.equal(await cpu.look(), 'present');
    await cpu.revert();
    assert.equal(groupAt(own.folder).read('cpu.max'), 'max 100000');
    assert.equal(groupLine(sleep.pid), '0::/service');
    await ended(sleep);
  });

  it('are refused where others share it', async () => {
    using own = service();
    const [sleep, other] = [await own.start(), await own.start()];
    await assert.rejects(
      holding('process.cpu-limit', sleep.pid, { cpus: 0.2 }),
      /shares its cgroup .*service with 1 other/,
    );
    await ended(sleep);
    await ended(other);
  });
});

describe('pressure on a process', () => {
  it('works within its group', async () => {
    using own = service();
    const sleep = await own.start();
    const stress = await holding('process.cpu-stress', sleep.pid, { cores: 2, load: 0.1 });
    assert.equal(await stress.look(), 'present');
    assert.equal(groupAt(own.folder).read('cgroup.procs').split('\n').length, 3);
    await stress.revert();
    await eventually('no worker', () => groupAt(own.folder).read('cgroup.procs') === String(sleep.pid));
    await ended(sleep);
  });
});

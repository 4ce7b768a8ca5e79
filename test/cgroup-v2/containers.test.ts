import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { JsonObject } from '@bridge/chaos-core';
import { targetOf } from '../docker/container/harness.ts';
import { faultOf, plugin } from '../docker/resource/fault-of.ts';
import { docker, startContainer, type TestContainer } from '../docker-engine/index.ts';
import { eventually } from './eventually.ts';
import { groupAt, groupOf } from './group.ts';
import { held } from './held.ts';
import { type LoopDisk, loopDisk } from './loop-disk.ts';
import { startManager } from './manager.ts';

let web: TestContainer;
let group: ReturnType<typeof groupAt>;

before(async () => {
  assert.match(readFileSync('/proc/self/mounts', 'utf8'), / \/sys\/fs\/cgroup cgroup2 /, 'version 2 alone');
  // As service managers mount it.
  execFileSync('mount', ['--options', 'remount,nsdelegate', '/sys/fs/cgroup']);
  web = await startContainer();
  group = await groupOf(web);
});

after(async () => {
  await web[Symbol.asyncDispose]();
  await plugin.close?.();
});

const holding = async (container: TestContainer, type: string, params: JsonObject) =>
  held(faultOf(type), await targetOf(container.id), params);

/** Processes in a group that press on it. */
function workersIn({ read }: ReturnType<typeof groupAt>): readonly number[] {
  const members = read('cgroup.procs').split('\n').filter(Boolean);
  const isWorker = (pid: string) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('\0hold\0');
  return members.filter(isWorker).map(Number);
}

describe('limits on a container', () => {
  it('are written into its own group and taken back, and the engine’s record stays', async () => {
    const files = ['cpu.max', 'memory.max', 'memory.swap.max', 'pids.max'];
    const now = () => files.filter((name) => readdirSync(group.folder).includes(name)).map(group.read);
    const record = () => docker(['inspect', '--format', '{{json .HostConfig}}', web.id]);
    const [before, recorded] = [now(), await record()];
    const faults = [
      await holding(web, 'resource.cpu-limit', { cpus: 0.2 }),
      await holding(web, 'resource.memory-limit', { limit: '64MiB' }),
      await holding(web, 'resource.pids-limit', { limit: 50 }),
    ];
    for (const { look } of faults) assert.equal(await look(), 'present');
    assert.equal(group.read('cpu.max'), '20000 100000');
    assert.equal(group.read('memory.max'), String(64 * 2 ** 20));
    assert.equal(group.read('pids.max'), '50');
    for (const { revert } of faults) await revert();
    for (const { look } of faults) assert.equal(await look(), 'absent');
    assert.deepEqual(now(), before);
    assert.equal(await record(), recorded);
  });

  it('on CPU holds it back', async () => {
    await docker(['exec', '--detach', web.id, 'sh', '-c', 'while [ ! -e /tmp/enough ]; do :; done']);
    const cpu = await holding(web, 'resource.cpu-limit', { cpus: 0.1 });
    const before = group.count('cpu.stat', 'nr_throttled');
    await eventually('throttling', () => group.count('cpu.stat', 'nr_throttled') > before);
    await cpu.revert();
    await web.exec('touch', '/tmp/enough');
  });

  it('on processes makes the next one fail', async () => {
    const pids = await holding(web, 'resource.pids-limit', { spare: 0 });
    await assert.rejects(web.exec('sh', '-c', '(true); true'));
    assert.ok(group.count('pids.events', 'max') > 0);
    await pids.revert();
    await web.exec('sh', '-c', '(true); true');
  });

  it('on memory makes the kernel end what wants more', async () => {
    const memory = await holding(web, 'resource.memory-limit', { limit: '16MiB' });
    await assert.rejects(web.exec('sh', '-c', 'exec tail < /dev/zero'));
    assert.ok(group.count('memory.events', 'oom_kill') > 0);
    assert.equal(await memory.look(), 'present');
    await memory.revert();
    assert.equal(group.read('memory.max'), 'max');
  });

  it('on memory makes the kernel end what has more already', async () => {
    const command = ['sh', '-c', '(head -c 40m /dev/zero; exec sleep 1000) | tail'];
    await using eater = await startContainer({ command });
    const { read, count } = await groupOf(eater);
    await eventually('40 MiB in use', () => Number(read('memory.current')) > 40 * 2 ** 20);
    const memory = await holding(eater, 'resource.memory-limit', { limit: '16MiB' });
    // The pipeline, and with it the container, ends with the process that had most.
    await eventually(
      'the end',
      async () => (await eater.status()) === 'exited' || count('memory.events', 'oom_kill') > 0,
    );
    await memory.revert();
  });

  it('are the container’s own where its main process has moved into a group below', async () => {
    await using manager = await startManager();
    const outer = await groupOf(manager);
    const inner = groupAt(`${outer.folder}/inner`);
    const pids = await holding(manager, 'resource.pids-limit', { limit: 50 });
    assert.deepEqual([outer.read('pids.max'), inner.read('pids.max')], ['50', 'max']);
    await pids.revert();
    assert.equal(outer.read('pids.max'), 'max');
    const stress = await holding(manager, 'resource.cpu-stress', { cores: 1, load: 0.1 });
    assert.equal(workersIn(inner).length, 1);
    await stress.revert();
  });
});

describe('a throttled disk', () => {
  let disk: LoopDisk;
  let reader: TestContainer;

  before(async () => {
    disk = loopDisk();
    reader = await startContainer({ flags: ['--device', `${disk.path}:/dev/disk`] });
  });
  after(async () => {
    await reader[Symbol.asyncDispose]();
    disk[Symbol.dispose]();
  });

  /** Seconds that it takes within the container to copy one MiB. */
  const copied = async (...words: string[]): Promise<number> => {
    const said = await reader.exec('sh', '-c', `time dd bs=64k count=16 ${words.join(' ')} 2>&1`);
    const [, minutes, seconds] = /real\s+(\d+)m ([\d.]+)s/.exec(said) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  };

  it('is read and written as slowly as was asked for, also through the cache', async () => {
    const { read } = await groupOf(reader);
    const before = read('io.max');
    const slow = { read: '256KiB/s', write: '256KiB/s', device: disk.numbers };
    const throttled = await holding(reader, 'resource.io-throttle', slow);
    assert.equal(read('io.max'), `${disk.numbers} rbps=262144 wbps=262144 riops=max wiops=max`);
    assert.ok((await copied('if=/dev/disk', 'of=/dev/null', 'iflag=direct')) > 3);
    assert.ok((await copied('if=/dev/zero', 'of=/dev/disk', 'conv=fsync')) > 3);
    assert.equal(await throttled.look(), 'present');
    await throttled.revert();
    assert.equal(await throttled.look(), 'absent');
    assert.equal(read('io.max'), before);
  });

  it('is refused where the controller is not switched on for containers', async () => {
    const switches = '/sys/fs/cgroup/docker/cgroup.subtree_control';
    writeFileSync(switches, '-io');
    try {
      const refused = holding(reader, 'resource.io-throttle', { read: '256KiB/s', device: disk.numbers });
      await assert.rejects(refused, /has no blkio \(v2: io\) cgroup.*switch the/);
    } finally {
      writeFileSync(switches, '+io');
    }
  });
});

describe('pressure on a container', () => {
  it('works within its group, and is noticed when somebody kills it', async () => {
    const stress = await holding(web, 'resource.cpu-stress', { cores: 2, load: 0.1 });
    assert.equal(await stress.look(), 'present');
    const [first = 0, ...rest] = workersIn(group);
    assert.equal(rest.length, 1);
    process.kill(first, 'SIGKILL');
    await eventually('the effect lost', async () => (await stress.look()) === 'absent');
    await eventually('no worker', () => workersIn(group).length === 0);
    await stress.revert();
  });

  it('on memory fills up to a part of the limit, and meets the limit before the target does', async () => {
    const limit = await holding(web, 'resource.memory-limit', { limit: '64MiB' });
    const half = await holding(web, 'resource.memory-stress', { levelOfLimit: '50%' });
    const used = Number(group.read('memory.current'));
    assert.ok(used > 24 * 2 ** 20 && used < 40 * 2 ** 20, `${used} bytes`);
    await half.revert();
    const before = group.count('memory.events', 'oom_kill');
    const leak = await holding(web, 'resource.memory-stress', { level: '200MiB', ramp: '2s' });
    await eventually('the effect lost', async () => (await leak.look()) === 'absent');
    assert.ok(group.count('memory.events', 'oom_kill') > before);
    assert.equal(await web.status(), 'running');
    await leak.revert();
    await limit.revert();
  });

  it('on memory ends all of a container whose group says that it is killed as one', async () => {
    await using pod = await startContainer({ flags: ['--memory', '32m', '--memory-swap', '32m'] });
    writeFileSync(`${(await groupOf(pod)).folder}/memory.oom.group`, '1');
    const leak = await holding(pod, 'resource.memory-stress', { level: '200MiB', ramp: '2s' });
    await eventually('the end of the container', async () => (await pod.status()) === 'exited');
    assert.equal(await leak.look(), 'gone');
    await leak.revert();
  });

  it('on open files reaches every process of its group', async () => {
    const files = await holding(web, 'resource.fd-exhaustion', { spare: 9 });
    assert.equal(await files.look(), 'present');
    await files.revert();
    assert.equal(await files.look(), 'absent');
  });
});

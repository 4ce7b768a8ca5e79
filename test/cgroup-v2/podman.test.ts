import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import type { AnyFault, JsonObject } from '@bridge/chaos-core';
import { containers, resources } from '@bridge/chaos-injectors';
import { faultContext, targetOf } from '../docker/container/harness.ts';
import { startContainer } from '../docker-engine/index.ts';
import { eventually } from './eventually.ts';
import { groupOf } from './group.ts';
import { held } from './held.ts';
import { startPodman } from './podman.ts';

/** What Podman itself does where the kernel has all it asks for, `cpuset` too. */
function switchControllersOn(): void {
  mkdirSync('/sys/fs/cgroup/libpod_parent', { recursive: true });
  for (const group of ['', '/libpod_parent'])
    writeFileSync(`/sys/fs/cgroup${group}/cgroup.subtree_control`, '+cpu +memory +pids');
}

it('a container of Podman', async (t) => {
  switchControllersOn();
  await using podman = await startPodman();
  await using web = await startContainer({ host: podman.host, network: 'none' });
  const hosts = { pod: podman.host };
  const [plugin, limits] = [containers({ hosts }), resources({ hosts, memoryFloor: '64MiB', diskFloor: '256MiB' })];
  await using _agents = { [Symbol.asyncDispose]: async () => limits.close?.() };
  const group = await groupOf(web);
  const holding = async (type: string, params: JsonObject) => {
    const all: readonly AnyFault[] = [...plugin.faults, ...limits.faults];
    const fault = all.find((one) => one.type === type);
    assert.ok(fault, type);
    return held(fault, await targetOf(web.id, plugin), params);
  };

  await t.test('is frozen and thawed', async () => {
    const frozen = await holding('container.pause', {});
    // Its runtime does not wait for the kernel.
    await eventually('frozen', () => group.count('cgroup.events', 'frozen') === 1);
    assert.equal(await frozen.look(), 'present');
    await frozen.revert();
    await eventually('thawed', () => group.count('cgroup.events', 'frozen') === 0);
    assert.equal(await frozen.look(), 'absent');
  });

  await t.test('is limited in its own group, which is as it was afterwards', async () => {
    const now = () => ['cpu.max', 'memory.max', 'pids.max'].map(group.read);
    const before = now();
    const faults = [
      await holding('resource.cpu-limit', { cpus: 0.2 }),
      await holding('resource.memory-limit', { limit: '64MiB' }),
      await holding('resource.pids-limit', { limit: 50 }),
    ];
    for (const { look } of faults) assert.equal(await look(), 'present');
    assert.deepEqual(now(), ['20000 100000', String(64 * 2 ** 20), '50']);
    for (const { revert } of faults) await revert();
    for (const { look } of faults) assert.equal(await look(), 'absent');
    assert.deepEqual(now(), before);
  });

  await t.test('cannot be pressed on, which the plan says', async () => {
    const reason = /cgroup namespace.*use an engine of Docker/s;
    const [stress]: readonly AnyFault[] = limits.faults.filter(({ type }) => type === 'resource.cpu-stress');
    const target = await targetOf(web.id, plugin);
    const given = { cores: 1, load: 0.5 };
    assert.match(JSON.stringify(await stress?.feasible?.(target, given, faultContext())), reason);
    await assert.rejects(holding('resource.cpu-stress', given), reason);
  });
});

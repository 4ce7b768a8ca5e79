import { readFile, writeFile } from 'node:fs/promises';
import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { faultContext, fromDisk, plugin, targetOf } from './harness.ts';

const [pause] = plugin.faults;
const context = faultContext();

/** Freezes it with the kernel's own switch, which both versions of cgroups have, behind the engine's back. */
async function freeze(pid: number): Promise<void> {
  const memberships = (await readFile(`/proc/${pid}/cgroup`, 'utf8')).split('\n');
  const pathIn = (mark: string) => memberships.find((line) => line.includes(mark))?.split(':')[2];
  const version1 = pathIn(':freezer:');
  await (version1 === undefined
    ? writeFile(`/sys/fs/cgroup${pathIn('0::')}/cgroup.freeze`, '1')
    : writeFile(`/sys/fs/cgroup/freezer${version1}/freezer.state`, 'FROZEN'));
}

describe('container.pause', () => {
  it('freezes the container until it is reverted', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await pause.prepare(target, {}, context);
    const before = await pause.fingerprint?.(undo, context);
    expect(await pause.observe(undo, context)).toBe('absent');

    await pause.inject(target, {}, undo, context);
    expect(await web.status()).toBe('paused');
    expect(await pause.observe(undo, context)).toBe('present');

    await pause.revert(fromDisk(pause, undo), context);
    expect(await web.status()).toBe('running');
    expect(await pause.observe(undo, context)).toBe('absent');
    expect(await pause.fingerprint?.(undo, context)).toEqual(before);
  });

  it('reverts when nothing was injected, and twice, also at the same time', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await pause.prepare(target, {}, context);
    await pause.revert(undo, context);
    expect(await web.status()).toBe('running');
    await pause.inject(target, {}, undo, context);
    await Promise.all([pause.revert(undo, context), pause.revert(undo, context)]);
    await pause.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('leaves a container paused that was found paused', async () => {
    await using web = await startContainer();
    await docker(['pause', web.id]);
    const target = await targetOf(web.id);
    expect(await pause.feasible?.(target, {}, context)).toMatchObject({ possible: false });
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    await pause.revert(undo, context);
    expect(await web.status()).toBe('paused');
    expect(await pause.observe(undo, context)).toBe('absent');
  });

  it('refuses a container that does not run', async () => {
    await using web = await startContainer();
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    await expect(pause.prepare(await targetOf(web.id), {}, context)).rejects.toSatisfy((error) =>
      isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE'),
    );
  });

  it('does not touch a container that was restarted since it was selected', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await pause.prepare(target, {}, context);
    await docker(['restart', '--time', '0', web.id]);
    const changed = (error: unknown) => isChaosError(error, 'CHAOS_TARGET_CHANGED');
    await expect(pause.prepare(target, {}, context)).rejects.toSatisfy(changed);
    await expect(pause.inject(target, {}, undo, context)).rejects.toSatisfy(changed);
    expect(await web.status()).toBe('running');
  });

  it('still finds its effect after a restart of the container under it', async () => {
    await using web = await startContainer();
    const undo = await pause.prepare(await targetOf(web.id), {}, context);
    await docker(['restart', '--time', '0', web.id]);
    await docker(['pause', web.id]);
    expect(await pause.observe(undo, context)).toBe('present');
    await pause.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('is gone with the container, and then reverts without a word', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    await docker(['rm', '--force', web.id]);
    expect(await pause.observe(undo, context)).toBe('gone');
    await pause.revert(undo, context);
  });

  it('sees and undoes a freeze that the engine does not know of', async () => {
    await using web = await startContainer();
    const undo = await pause.prepare(await targetOf(web.id), {}, context);
    await freeze((await web.inspect()).State.Pid);
    expect(await web.status()).toBe('running');
    expect(await pause.observe(undo, context)).toBe('present');
    await pause.revert(undo, context);
    expect(await pause.observe(undo, context)).toBe('absent');
    expect(await web.exec('echo', 'alive')).toBe('alive');
  });

  it('does not take a container for gone that another engine does not know', async () => {
    await using web = await startContainer();
    const undo = { ...(await pause.prepare(await targetOf(web.id), {}, context)), engine: 'another engine' };
    expect(await pause.observe(undo, context)).toBe('absent');
    await docker(['rm', '--force', web.id]);
    await expect(pause.observe(undo, context)).rejects.toThrow(/CHAOS_TARGET_UNREACHABLE.*another engine/);
  });

  it('stops waiting when it is aborted', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await pause.prepare(target, {}, context);
    const reason = new Error('enough');
    await expect(pause.inject(target, {}, undo, faultContext(AbortSignal.abort(reason)))).rejects.toBe(reason);
    expect(await web.status()).toBe('running');
  });
});

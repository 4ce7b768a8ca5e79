import { once } from 'node:events';
import { isChaosError } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { faultContext } from '../fault-context.ts';
import {
  kernelState,
  startNode,
  startProgram,
  startTraced,
  startWithoutMainThread,
  targetOf,
  threadStates,
} from './child.ts';

const [pause] = processes().faults;
const context = faultContext();

describe('process.pause', () => {
  it('stops the process until it is reverted', async () => {
    using child = await startNode('');
    const target = await targetOf(child.pid);
    const undo = await pause.prepare(target, {}, context);
    expect(await pause.observe(undo, context)).toBe('absent');
    const before = await pause.fingerprint?.(undo, context);

    await pause.inject(target, {}, undo, context);
    await expect.poll(() => kernelState(child.pid)).toBe('T');
    expect(await pause.observe(undo, context)).toBe('present');

    await pause.revert(undo, context);
    await expect.poll(() => kernelState(child.pid)).not.toBe('T');
    expect(await pause.observe(undo, context)).toBe('absent');
    expect(await pause.fingerprint?.(undo, context)).toEqual(before);
  });

  it('reverts from the record alone, twice, and when nothing was injected', async () => {
    using child = await startNode('');
    const target = await targetOf(child.pid);
    const undo = pause.undo.parse(JSON.parse(JSON.stringify(await pause.prepare(target, {}, context))));
    await pause.revert(undo, context);
    expect(kernelState(child.pid)).not.toBe('T');
    await pause.inject(target, {}, undo, context);
    await pause.revert(undo, context);
    await pause.revert(undo, context);
    expect(await pause.observe(undo, context)).toBe('absent');
  });

  it('does not wake a handler of SIGCONT when nothing is stopped', async () => {
    const count = 'let woken = 0; process.on("SIGCONT", () => woken++)';
    using child = await startNode(`${count}; process.on("SIGUSR2", () => process.stdout.write(String(woken)))`);
    const undo = await pause.prepare(await targetOf(child.pid), {}, context);
    await pause.revert(undo, context);
    const answer = child.child.stdout === null ? undefined : once(child.child.stdout, 'data');
    child.child.kill('SIGUSR2');
    expect(String(await answer)).toBe('0');
  });

  it('leaves a process stopped that was found stopped', async () => {
    using child = await startNode('');
    child.child.kill('SIGSTOP');
    await expect.poll(() => kernelState(child.pid)).toBe('T');
    const target = await targetOf(child.pid);
    expect(await pause.feasible?.(target, {}, context)).toMatchObject({ possible: false });
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    expect(await pause.observe(undo, context)).toBe('absent');
    await pause.revert(undo, context);
    expect(kernelState(child.pid)).toBe('T');
  });

  it('continues a process whose main thread has ended before the others', async () => {
    using child = await startWithoutMainThread();
    const target = await targetOf(child.pid);
    const undo = await pause.prepare(target, {}, context);
    const before = await pause.fingerprint?.(undo, context);
    await pause.inject(target, {}, undo, context);
    await expect.poll(() => threadStates(child.pid), { timeout: 20_000 }).toEqual(['Z', 'T', 'T']);
    expect(await pause.observe(undo, context)).toBe('present');
    expect(await pause.fingerprint?.(undo, context)).not.toEqual(before);
    expect(await pause.feasible?.(target, {}, context)).toMatchObject({ possible: false });
    expect(await pause.prepare(target, {}, context)).toMatchObject({ wasStopped: true });

    await pause.revert(undo, context);
    await expect.poll(() => threadStates(child.pid), { timeout: 20_000 }).toEqual(['Z', 'S', 'S']);
    expect(await pause.observe(undo, context)).toBe('absent');
    expect(await pause.fingerprint?.(undo, context)).toEqual(before);
  });

  it('continues a process that is being traced', async () => {
    using traced = await startTraced();
    await expect.poll(() => kernelState(traced.pid), { timeout: 20_000 }).toBe('S');
    const target = await targetOf(traced.pid);
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    await expect.poll(() => kernelState(traced.pid), { timeout: 20_000 }).toBe('t');
    expect(await pause.observe(undo, context)).toBe('present');
    await pause.revert(undo, context);
    await expect.poll(() => kernelState(traced.pid), { timeout: 20_000 }).toBe('S');
    expect(await pause.observe(undo, context)).toBe('absent');
  });

  it('is gone once the process has ended, and then reverts without a word', async () => {
    using child = await startNode('');
    const target = await targetOf(child.pid);
    const undo = await pause.prepare(target, {}, context);
    await pause.inject(target, {}, undo, context);
    child.child.kill('SIGKILL');
    await once(child.child, 'exit');
    expect(await pause.observe(undo, context)).toBe('gone');
    await pause.revert(undo, context);
  });

  it('never touches another process that has the pid now', async () => {
    using child = await startProgram('sleep', ['1000']);
    const target = await targetOf(child.pid);
    const undo = await pause.prepare(target, {}, context);
    const earlier = { ...undo, ticks: String(Number(undo.ticks) - 1) };
    await expect(pause.inject(target, {}, earlier, context)).rejects.toSatisfy((error) =>
      isChaosError(error, 'CHAOS_TARGET_CHANGED'),
    );
    // It may not have come to its sleep yet.
    expect(kernelState(child.pid)).not.toBe('T');
    child.child.kill('SIGSTOP');
    await expect.poll(() => kernelState(child.pid)).toBe('T');
    expect(await pause.observe(earlier, context)).toBe('gone');
    await pause.revert(earlier, context);
    expect(kernelState(child.pid)).toBe('T');
  });

  it('counts as gone after a reboot', async () => {
    using child = await startProgram('sleep', ['1000']);
    const undo = await pause.prepare(await targetOf(child.pid), {}, context);
    expect(await pause.observe({ ...undo, boot: 'another boot' }, context)).toBe('gone');
  });

  it('does not believe a pid of another pid namespace', async () => {
    using child = await startProgram('sleep', ['1000']);
    const undo = { ...(await pause.prepare(await targetOf(child.pid), {}, context)), namespace: 'pid:[1]' };
    await expect(pause.observe(undo, context)).rejects.toSatisfy((error) =>
      isChaosError(error, 'CHAOS_TARGET_UNREACHABLE'),
    );
  });
});

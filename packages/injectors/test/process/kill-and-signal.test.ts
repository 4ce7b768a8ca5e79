import { once } from 'node:events';
import { isChaosError } from '@bridge/chaos-core';
import { processes } from '@bridge/chaos-injectors';
import { describe, expect, it } from 'vitest';
import { faultContext } from '../fault-context.ts';
import { kernelState, startNode, startProgram, targetOf } from './child.ts';

const [, kill, signal] = processes().faults;
const context = faultContext();

describe('process.kill', () => {
  it('kills the process, and nothing is left to put back', async () => {
    using child = await startProgram('sleep', ['1000']);
    const exited = once(child.child, 'exit');
    const target = await targetOf(child.pid);
    const undo = await kill.prepare(target, {}, context);
    expect(await kill.ended?.(undo, context)).toBe(false);
    expect(await kill.observe(undo, context)).toBe('absent');
    await kill.inject(target, {}, undo, context);
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(await kill.ended?.(undo, context)).toBe(true);
    expect(await kill.observe(undo, context)).toBe('gone');
    await kill.revert(undo, context);
  });

  it('refuses a target whose pid has a new owner', async () => {
    using child = await startProgram('sleep', ['1000']);
    const target = { ...(await targetOf(child.pid)), startedAt: '1@another-boot' };
    await expect(kill.prepare(target, {}, context)).rejects.toSatisfy((error) =>
      isChaosError(error, 'CHAOS_TARGET_CHANGED'),
    );
    // Alive, whether it has come to its sleep yet or not.
    expect(['S', 'R', 'D']).toContain(kernelState(child.pid));
  });
});

describe('process.signal', () => {
  it('ends a process without a handler', async () => {
    using child = await startProgram('sleep', ['1000']);
    const exited = once(child.child, 'exit');
    const target = await targetOf(child.pid);
    const params = signal.params.parse({ signal: 'SIGUSR1' });
    const undo = await signal.prepare(target, params, context);
    await signal.inject(target, params, undo, context);
    expect(await exited).toEqual([null, 'SIGUSR1']);
    expect(await signal.ended?.(undo, context)).toBe(true);
  });

  it('is in effect once a handler has taken it', async () => {
    using child = await startNode('process.on("SIGHUP", () => process.stdout.write("reloaded"))');
    const target = await targetOf(child.pid);
    const params = signal.params.parse({ signal: 'SIGHUP' });
    const undo = await signal.prepare(target, params, context);
    const answer = child.child.stdout === null ? undefined : once(child.child.stdout, 'data');
    await signal.inject(target, params, undo, context);
    expect(String(await answer)).toBe('reloaded');
    await expect.poll(() => signal.ended?.(undo, context)).toBe(true);
    expect(await signal.observe(undo, context)).toBe('absent');
  });

  it('is not in effect while a stopped process has it pending', async () => {
    using child = await startNode('process.on("SIGHUP", () => {})');
    const target = await targetOf(child.pid);
    const params = signal.params.parse({ signal: 'SIGHUP' });
    const undo = await signal.prepare(target, params, context);
    child.child.kill('SIGSTOP');
    await expect.poll(() => kernelState(child.pid)).toBe('T');
    await signal.inject(target, params, undo, context);
    expect(await signal.ended?.(undo, context)).toBe(false);
  });

  it('refuses a signal the process ignores', async () => {
    using child = await startProgram('sh', ['-c', 'trap "" HUP; exec sleep 1000']);
    await expect.poll(async () => (await targetOf(child.pid)).name).toBe('sleep');
    const refused = signal.prepare(await targetOf(child.pid), signal.params.parse({ signal: 'SIGHUP' }), context);
    await expect(refused).rejects.toThrow(/ignores SIGHUP/);
  });

  it('takes no signal that would have to be held', () => {
    expect(signal.params.safeParse({ signal: 'SIGSTOP' }).success).toBe(false);
    expect(signal.params.safeParse({ signal: 'SIGKILL' }).success).toBe(false);
  });
});

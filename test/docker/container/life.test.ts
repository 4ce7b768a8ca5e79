import { isChaosError } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';
import { faultContext, fromDisk, plugin, targetOf } from './harness.ts';

const [, kill, , stop, restart] = plugin.faults;
const context = faultContext();
const killed = kill.params.parse({});
const atOnce = stop.params.parse({ grace: 0 });
const impossible = (error: unknown) => isChaosError(error, 'CHAOS_FAULT_IMPOSSIBLE');
const eventsOf = ({ id }: TestContainer) =>
  docker(['events', '--since', '1m', '--until', '0s', '--filter', `container=${id}`]);

describe('container.kill', () => {
  it('ends the container, and starts it again when nobody else does', async () => {
    await using web = await startContainer({ restart: 'always' });
    const target = await targetOf(web.id);
    const undo = fromDisk(kill, await kill.prepare(target, killed, context));
    const before = await kill.fingerprint?.(undo, context);
    expect(await kill.ended?.(undo, context)).toBe(false);
    await kill.inject(target, killed, undo, context);
    await expect.poll(() => kill.ended?.(undo, context)).toBe(true);
    // The engine takes it for stopped by hand, so its restart policy does nothing.
    await docker(['wait', web.id]);
    expect(await kill.observe(undo, context)).toBe('present');
    await kill.revert(undo, context);
    await kill.revert(undo, context);
    expect(await web.status()).toBe('running');
    expect(await kill.observe(undo, context)).toBe('absent');
    expect(await kill.fingerprint?.(undo, context)).toEqual(before);
  });

  it('leaves alone what somebody else has started again', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await kill.prepare(target, killed, context);
    await kill.inject(target, killed, undo, context);
    await docker(['wait', web.id]);
    await docker(['start', web.id]);
    const { StartedAt } = (await web.inspect()).State;
    expect(await kill.ended?.(undo, context)).toBe(true);
    expect(await kill.observe(undo, context)).toBe('absent');
    await kill.revert(undo, context);
    expect((await web.inspect()).State.StartedAt).toBe(StartedAt);
  });

  it('has ended a process that takes its time when it answers, and starts it again', async () => {
    await using web = await startContainer({
      command: ['sh', '-c', 'trap "sleep 1; exit" TERM; while :; do sleep 0.1; done'],
      restart: 'always',
    });
    const target = await targetOf(web.id);
    const params = kill.params.parse({ signal: 'SIGTERM' });
    const undo = fromDisk(kill, await kill.prepare(target, params, context));
    await kill.inject(target, params, undo, context);
    expect(await kill.ended?.(undo, context)).toBe(true);
    expect(await kill.observe(undo, context)).toBe('present');
    await kill.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('ends a process that does not heed the signal when its grace is over, also when its sender is gone', async () => {
    await using web = await startContainer({ command: ['sleep', 'infinity'] });
    const target = await targetOf(web.id);
    const params = kill.params.parse({ signal: 'SIGTERM', grace: '5s' });
    const undo = await kill.prepare(target, params, context);
    const sender = new AbortController();
    const cutOff = kill.inject(target, params, undo, faultContext(sender.signal));
    await expect.poll(() => eventsOf(web), { timeout: 20_000 }).toMatch(/container kill .*signal=15/);
    sender.abort(new Error('killed'));
    await expect(cutOff).rejects.toThrow('killed');
    await expect.poll(() => kill.observe(undo, context), { timeout: 20_000 }).toBe('present');
    expect(await kill.ended?.(undo, context)).toBe(true);
    await kill.revert(undo, context);
    expect(await web.status()).toBe('running');
  }, 30_000);

  it('puts a paused container back as it was: paused', async () => {
    await using web = await startContainer();
    await docker(['pause', web.id]);
    const target = await targetOf(web.id);
    const undo = await kill.prepare(target, killed, context);
    await kill.inject(target, killed, undo, context);
    await docker(['wait', web.id]);
    await kill.revert(undo, context);
    expect(await web.status()).toBe('paused');
    expect(await kill.observe(undo, context)).toBe('absent');
  });

  it('refuses what could not be started again, and what does not run', async () => {
    await using once = await startContainer({ flags: ['--rm'] });
    await expect(kill.prepare(await targetOf(once.id), killed, context)).rejects.toSatisfy(impossible);
    await using web = await startContainer();
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    await expect(kill.prepare(await targetOf(web.id), killed, context)).rejects.toSatisfy(impossible);
  });

  it('sends its stop signal on every engine', async () => {
    await using web = await startContainer({ flags: ['--stop-signal', 'USR1'] });
    const target = await targetOf(web.id);
    const params = kill.params.parse({ signal: 'SIGUSR1', grace: 0 });
    expect(await kill.feasible?.(target, params, context)).toEqual({ possible: true });
    const undo = await kill.prepare(target, params, context);
    await kill.inject(target, params, undo, context);
    expect(await kill.ended?.(undo, context)).toBe(true);
    await expect.poll(() => eventsOf(web), { timeout: 20_000 }).toMatch(/container kill .*signal=10/);
    await kill.revert(undo, context);
    expect(await web.status()).toBe('running');
  }, 30_000);
});

describe('container.stop', () => {
  it('keeps the container stopped until it is reverted', async () => {
    await using web = await startContainer({ restart: 'always' });
    const target = await targetOf(web.id);
    const undo = fromDisk(stop, await stop.prepare(target, atOnce, context));
    const before = await stop.fingerprint?.(undo, context);
    await stop.revert(undo, context);
    await stop.inject(target, atOnce, undo, context);
    expect(await web.status()).toBe('exited');
    expect(await stop.observe(undo, context)).toBe('present');
    await Promise.all([stop.revert(undo, context), stop.revert(undo, context)]);
    await stop.revert(undo, context);
    expect(await web.status()).toBe('running');
    expect(await stop.observe(undo, context)).toBe('absent');
    expect(await stop.fingerprint?.(undo, context)).toEqual(before);
  });

  it('leaves a container stopped that was found stopped', async () => {
    await using web = await startContainer();
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    const target = await targetOf(web.id);
    expect(await stop.feasible?.(target, atOnce, context)).toMatchObject({ possible: false });
    const undo = await stop.prepare(target, atOnce, context);
    await stop.inject(target, atOnce, undo, context);
    await stop.revert(undo, context);
    expect(await web.status()).toBe('exited');
  });

  it('pauses again what was found paused', async () => {
    await using web = await startContainer();
    await docker(['pause', web.id]);
    const target = await targetOf(web.id);
    const undo = await stop.prepare(target, atOnce, context);
    await stop.inject(target, atOnce, undo, context);
    expect(await web.status()).toBe('exited');
    await stop.revert(undo, context);
    expect(await web.status()).toBe('paused');
  });

  it('is seen when it lands after its sender gave up', async () => {
    await using web = await startContainer({ command: ['sleep', 'infinity'] });
    const target = await targetOf(web.id);
    const slow = stop.params.parse({ grace: '5s' });
    const undo = await stop.prepare(target, slow, context);
    const sender = new AbortController();
    const cutOff = stop.inject(target, slow, undo, faultContext(sender.signal));
    await expect.poll(() => eventsOf(web)).toMatch(/container kill/);
    sender.abort(new Error('killed'));
    await expect(cutOff).rejects.toThrow('killed');
    await stop.revert(undo, context);
    expect(await stop.observe(undo, context)).toBe('absent');
    await expect.poll(() => stop.observe(undo, context)).toBe('present');
    await stop.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('takes no grace that would outlast its settle time', () => {
    expect(stop.params.safeParse({ grace: '11s' }).success).toBe(false);
    expect(stop.params.parse({})).toEqual({ grace: 3000 });
  });
});

describe('container.restart', () => {
  it('ends the old incarnation and leaves a running one', async () => {
    await using web = await startContainer();
    const target = await targetOf(web.id);
    const undo = await restart.prepare(target, atOnce, context);
    expect(await restart.ended?.(undo, context)).toBe(false);
    await restart.inject(target, atOnce, undo, context);
    expect(await restart.ended?.(undo, context)).toBe(true);
    expect(await restart.observe(undo, context)).toBe('absent');
    await restart.revert(undo, context);
    expect(await web.status()).toBe('running');
  });

  it('finishes a restart that was cut off between stop and start', async () => {
    await using web = await startContainer();
    const undo = await restart.prepare(await targetOf(web.id), atOnce, context);
    await docker(['kill', web.id]);
    await docker(['wait', web.id]);
    expect(await restart.observe(undo, context)).toBe('present');
    await restart.revert(undo, context);
    expect(await web.status()).toBe('running');
  });
});

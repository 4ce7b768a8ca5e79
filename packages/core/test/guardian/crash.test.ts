import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import markers from '../fixtures/marker-plugin.ts';
import { eventually, victim, World } from './world.ts';

describe('the guardian, when the engine is killed', () => {
  const steps = [
    'prepare:before',
    'prepare:after',
    'fault:intended',
    'fault:injecting',
    'inject:before',
    'inject:after',
    'observe:before',
    'fault:effective',
    'fault:reverting',
    'revert:before',
    'revert:after',
    'fault:reverted',
  ];
  it.each(steps)('at %s leaves nothing broken', async (step) => {
    await using world = await World.make();
    await victim(world, step, 'SIGKILL', 10_000).ended;
    await eventually(() => world.isClean());
    await using engine = new ChaosEngine({ plugins: [markers()], armed: true, state: world.state });
    await engine.start();
    expect(engine.status().faults).toEqual([]);
  });
});

describe('the guardian, when the engine hangs', () => {
  it('reverts after the lease, and the engine that wakes finds itself stale', async () => {
    await using world = await World.make();
    const stopped = victim(world, 'inject:before', 'SIGSTOP', 400);
    await stopped.saw('reached');
    await eventually(async () => (await world.live()).some((name) => name.split('.').length === 3));
    expect(world.isBroken()).toBe(false);
    process.kill(stopped.pid, 'SIGCONT');
    await stopped.ended;
    expect(world.isBroken()).toBe(false);
    expect(stopped.lines).toContainEqual({ status: 'stale', left: 0 });
    await eventually(() => world.isClean());
  });

  it('may be needed again while the engine reverts, and lets it work again afterwards', async () => {
    await using world = await World.make();
    const stopped = victim(world, 'inject:before,revert:before', 'SIGSTOP', 400);
    const claims = async () => (await world.live()).filter((name) => name.split('.').length === 3);
    await stopped.saw('"reached":"inject:before"');
    await eventually(async () => (await claims()).length === 1);
    const [guardians] = await claims();
    process.kill(stopped.pid, 'SIGCONT');
    await stopped.saw('"reached":"revert:before"');
    await eventually(async () => (await claims()).includes(guardians ?? ''));
    process.kill(stopped.pid, 'SIGCONT');
    await stopped.ended;
    expect(stopped.lines).toContainEqual({ status: 'stale', left: 0 });
    expect(stopped.lines).toContainEqual({ ended: 'reverted' });
    expect(stopped.lines.some((line) => line['event'] === 'fault:leaked')).toBe(false);
    await eventually(() => world.isClean());
  });

  it('reverts an active fault while the event loop is blocked', async () => {
    await using world = await World.make();
    const hang = join(world.root, 'hang');
    await writeFile(hang, '');
    const hung = victim(world, 'fault:effective', 'hang', 400);
    await hung.saw('reached');
    await eventually(() => !world.isBroken());
    await rm(hang);
    await hung.ended;
    expect(hung.lines.some((line) => line['event'] === 'engine:stale')).toBe(true);
    await eventually(() => world.isClean());
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';
import { ChaosEngine } from '@bridge/chaos-core';
import { virtualClock } from '@bridge/chaos-core/testkit';
import { app } from '@bridge/chaos-injectors/app';
import { describe, expect, it } from 'vitest';
import { faultByVerbs } from './fault-by-verbs.ts';
import { liveEngine } from './live-engine.ts';

const target = { app: 'self' } as const;

describe('app.event-loop-stall', () => {
  it('stands still as long as asked, without using the CPU', async () => {
    await using live = await liveEngine();
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    histogram.enable();
    const before = process.cpuUsage();
    await using fault = await live.inject({ type: 'app.event-loop-stall', target, params: { stall: '1s' } });
    const { user } = process.cpuUsage(before);
    await expect.poll(() => histogram.max).toBeGreaterThan(990e6);
    expect(user).toBeLessThan(900_000);
    expect(fault.state.phase).toBe('active');
  });

  it('comes again and again, until it is reverted', async () => {
    await using live = await liveEngine();
    const histogram = monitorEventLoopDelay({ resolution: 5 });
    const fault = await live.inject({
      type: 'app.event-loop-stall',
      target,
      params: { stall: '80ms', every: '120ms' },
    });
    histogram.enable();
    await expect.poll(() => histogram.max).toBeGreaterThan(75e6);
    await fault.revert();
    expect(await fault.observe()).toBe('absent');
  });

  it('comes no more when it ends while the guardian is told of the next one', async () => {
    const clock = virtualClock();
    const asked = Promise.withResolvers<void>();
    const told = Promise.withResolvers<void>();
    let times = 0;
    const extendLease = async (): Promise<void> => {
      times += 1;
      if (times === 1) return;
      asked.resolve();
      await told.promise;
    };
    const fault = await faultByVerbs('app.event-loop-stall', { stall: '20ms', every: '50ms' }, { clock, extendLease });
    await clock.advance(30);
    await asked.promise;
    await fault.revert();
    told.resolve();
    await eventLoopTurn();
    expect([clock.pending, await fault.observe()]).toEqual([0, 'absent']);
  });

  it('longer than the lease is not taken for death', async () => {
    const state = await mkdtemp(join(tmpdir(), 'chaos-stall-'));
    const plugins = [app()] as const;
    {
      await using engine = new ChaosEngine({ plugins, armed: true, state, lease: '400ms', guardian: 'process' });
      await engine.start();
      const types: string[] = [];
      engine.on('*', ({ type }) => void types.push(type));
      const fault = await engine.inject({ type: 'app.event-loop-stall', target, params: { stall: '1500ms' } });
      await fault.revert();
      expect(fault.state).toMatchObject({ phase: 'reverted', cause: 'requested' });
      expect(types).not.toContain('engine:stale');
    }
    await rm(state, { recursive: true });
  });

  it('is let go early from another process, by the undo record alone', async () => {
    const state = await mkdtemp(join(tmpdir(), 'chaos-stall-'));
    const plugins = [app()] as const;
    {
      await using engine = new ChaosEngine({
        plugins,
        armed: true,
        state,
        guardian: 'none',
        limits: { effect: '100ms' },
      });
      await engine.start();
      const script = new URL('releasing-process.ts', import.meta.url).pathname;
      const other = spawn(process.execPath, ['-C', '@bridge/source', script, join(state, 'live')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(other.stdout, 'data');
      const began = performance.now();
      const injecting = engine.inject({ type: 'app.event-loop-stall', target, params: { stall: '20s' } });
      await expect(injecting).rejects.toMatchObject({ code: 'CHAOS_FAULT_INERT' });
      expect(performance.now() - began).toBeLessThan(15_000);
      expect(await readdir(join(state, 'live'))).toEqual([]);
    }
    await rm(state, { recursive: true });
  });
});

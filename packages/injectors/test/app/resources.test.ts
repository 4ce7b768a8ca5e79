import { getHeapStatistics } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { liveEngine } from './live-engine.ts';

const target = { app: 'self' } as const;
const MB = 1e6;

describe('app.cpu', () => {
  it('computes until it is reverted', async () => {
    await using live = await liveEngine();
    const fault = await live.inject({ type: 'app.cpu', target, params: { threads: 1, load: '50%' } });
    const before = process.cpuUsage().user;
    await expect.poll(() => process.cpuUsage().user - before, { timeout: 10_000 }).toBeGreaterThan(100_000);
    expect(await fault.observe()).toBe('present');
    await fault.revert();
    expect(await fault.observe()).toBe('absent');
    expect(process.getActiveResourcesInfo()).not.toContain('Worker');
  });
});

describe('app.heap', () => {
  it('holds what was asked for, in the heap', async () => {
    await using live = await liveEngine();
    const before = process.memoryUsage().heapUsed;
    await using fault = await live.inject({ type: 'app.heap', target, params: { hold: '60MB' } });
    expect(process.memoryUsage().heapUsed - before).toBeGreaterThan(50 * MB);
    expect(await fault.observe()).toBe('present');
  });

  it('leaks outside of it, slowly, and lets go', async () => {
    await using live = await liveEngine();
    const before = process.memoryUsage().arrayBuffers;
    const params = { hold: '40MB', kind: 'external', ramp: '200ms' } as const;
    const fault = await live.inject({ type: 'app.heap', target, params });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(39 * MB);
    await expect.poll(() => process.memoryUsage().arrayBuffers - before).toBeGreaterThan(39 * MB);
    await fault.revert();
    expect(await fault.observe()).toBe('absent');
  });

  it('is refused when the process would not survive it', async () => {
    await using live = await liveEngine();
    const hold = `${getHeapStatistics().heap_size_limit}B` as const;
    const injecting = live.inject({ type: 'app.heap', target, params: { hold } });
    await expect(injecting).rejects.toThrow('so that the process survives');
  });
});

import { createServer } from 'node:net';
import {
  type JsonObject,
  type Logger,
  type RecoveryProbe,
  type Sample,
  type SampledProbe,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { http, recovery, workerSampler } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { quantile } from '../../src/statistics/quantile.ts';
import { httpService } from '../probe/http-service.ts';
import own from './probe-plugin.ts';
import { stallingService } from './service-process.ts';

const context = { clock: systemClock, log: silentLogger };

function sampled(implementation: RecoveryProbe, options: JsonObject, timing: Partial<SampledProbe> = {}): SampledProbe {
  const { type } = implementation;
  return { name: 'service', type, every: 10, timeout: 5_000, options, implementation, ...timing };
}

/** Collects samples, and can wait for so many. */
function collector() {
  const samples: Sample[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    samples,
    sink(sample: Sample): void {
      samples.push(sample);
      for (const { count, resolve } of waiting) if (samples.length >= count) resolve();
    },
    async received(count: number): Promise<void> {
      if (samples.length >= count) return;
      await new Promise<void>((resolve) => waiting.push({ count, resolve }));
    },
  };
}

function blockThisThread(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

function p99(samples: readonly Sample[]): number {
  const first400 = samples.toSorted((a, b) => a.index - b.index).slice(0, 400);
  return quantile(
    first400.map(({ latency }) => latency),
    0.99,
    1,
  );
}

describe('worker sampler: a service that stalls for 1 s under 100 requests a second', () => {
  // 400 checks of which 100 wait 1000, 990, … ms: p99 = 970 ms by arithmetic; the floor leaves room for a busy machine.
  const expectTheStall = (samples: readonly Sample[]): void => {
    expect(p99(samples)).toBeGreaterThan(930);
    expect(p99(samples)).toBeLessThan(1_600);
  };

  it('reports the stall in p99', async () => {
    await using service = await stallingService(1_000, 1_000);
    const { samples, sink, received } = collector();
    const running = await workerSampler().start([sampled(http, { url: service.url })], sink, context);
    await received(400);
    const { probes } = await running.stop();
    expectTheStall(samples);
    expect(probes[0]).toMatchObject({ rate: 1, shed: 0, planned: samples.length });
  });

  it('reports the same while the event loop of the host is blocked', async () => {
    await using service = await stallingService(1_000, 1_000);
    const { samples, sink, received } = collector();
    const running = await workerSampler().start([sampled(http, { url: service.url })], sink, context);
    await received(20);
    const [before, blockedFrom] = [samples.length, performance.now()];
    blockThisThread(3_000);
    await received(400);
    const health = await running.stop();
    expectTheStall(samples);
    const sentMeanwhile = samples.slice(before).filter(({ started }) => started < blockedFrom + 3_000);
    expect(sentMeanwhile.length).toBeGreaterThan(250);
    expect(health.probes[0]?.rate).toBe(1);
    expect(health.seconds.length).toBeGreaterThanOrEqual(3);
  });
});

describe('worker sampler: the plan', () => {
  it('turns every planned check into one sample, dense from 0, on the clock of the host', async () => {
    await using service = await httpService((_request, response) => response.end());
    const { samples, sink, received } = collector();
    const before = systemClock.now();
    const running = await workerSampler().start([sampled(http, { url: service.url })], sink, context);
    await received(50);
    const { probes, series } = await running.stop();
    const after = systemClock.now();
    const byIndex = samples.toSorted((a, b) => a.index - b.index);
    expect(byIndex.map(({ index }) => index)).toEqual(byIndex.map((_, index) => index));
    expect(samples).toHaveLength(probes[0]?.planned ?? -1);
    for (const { intended, started, ended, latency } of samples) {
      expect([before, intended, started, ended, after]).toEqual(
        [before, intended, started, ended, after].sort((a, b) => a - b),
      );
      expect(latency).toBeCloseTo(ended - intended, 6);
    }
    const [first, ...rest] = byIndex;
    rest.forEach(({ intended }, index) => {
      expect(intended - (first?.intended ?? 0)).toBeCloseTo((index + 1) * 10, 3);
    });
    const inSeconds = series[0]?.seconds.reduce((total, { planned }) => total + planned, 0);
    expect(inSeconds).toBe(samples.length);
  });

  it('counts a check without an answer as failed at its time-out', async () => {
    await using service = await httpService(() => {});
    const { samples, sink, received } = collector();
    const probe = sampled(http, { url: service.url }, { timeout: 60 });
    const running = await workerSampler().start([probe], sink, context);
    await received(10);
    await running.stop();
    expect(samples.length).toBeGreaterThanOrEqual(10);
    for (const sample of samples) {
      expect(sample).toMatchObject({ outcome: 'timeout', health: 'degraded' });
      expect(sample.latency).toBeGreaterThanOrEqual(60);
    }
  });

  it('sheds above the cap, and says how many', async () => {
    await using service = await httpService(() => {});
    const { samples, sink, received } = collector();
    const sampler = workerSampler({ maxInFlight: 3 });
    const running = await sampler.start([sampled(http, { url: service.url }, { timeout: 400 })], sink, context);
    await received(20);
    const { probes } = await running.stop();
    const shed = samples.filter(({ outcome }) => outcome === 'shed');
    expect(shed.length).toBeGreaterThan(10);
    expect(shed[0]).toMatchObject({ health: 'unknown', detail: 'not sent: too many checks in flight' });
    expect(probes[0]?.shed).toBe(shed.length);
    expect(probes[0]?.rate).toBeLessThan(0.95);
  });

  it('spreads probes over the interval instead of sending all at once', async () => {
    await using service = await httpService((_request, response) => response.end());
    const { samples, sink, received } = collector();
    const probes = ['a', 'b', 'c', 'd'].map((name) => sampled(http, { url: service.url }, { name, every: 40 }));
    const running = await workerSampler().start(probes, sink, context);
    await received(16);
    await running.stop();
    const firsts = samples
      .filter(({ index }) => index === 0)
      .map(({ intended }) => intended)
      .sort((a, b) => a - b);
    expect(firsts.map((at) => Math.round(at - (firsts[0] ?? 0)))).toEqual([0, 10, 20, 30]);
  });

  it('can send at random', async () => {
    await using service = await httpService((_request, response) => response.end());
    const { samples, sink, received } = collector();
    const running = await workerSampler({ arrivals: 'poisson' }).start(
      [sampled(http, { url: service.url })],
      sink,
      context,
    );
    await received(30);
    await running.stop();
    const at = samples.toSorted((a, b) => a.index - b.index).map(({ intended }) => intended);
    const gaps = new Set(at.slice(1).map((time, index) => Math.round(10 * (time - (at[index] ?? 0)))));
    expect(gaps.size).toBeGreaterThan(15);
  });
});

describe('worker sampler: where probes come from', () => {
  const [threadId, broken, crash] = own({ prefix: 'thread-' }).probes;
  const origin = { module: new URL('./probe-plugin.ts', import.meta.url).href, options: { prefix: 'thread-' } };

  it('imports the plugin of a probe in its thread, with the options of the plugin', async () => {
    const { samples, sink, received } = collector();
    const running = await workerSampler().start([sampled(threadId, { suffix: '!' }, { origin })], sink, context);
    await received(1);
    await running.stop();
    expect(samples[0]?.value).toMatch(/^thread-[1-9]\d*!$/);
  });

  it('finds the probes of this package without the plugin, and with it', async () => {
    await using service = await httpService((_request, response) => response.end());
    const { module, options } = recovery();
    for (const probe of [
      sampled(http, { url: service.url }),
      sampled(http, { url: service.url }, { origin: { module, options } }),
    ]) {
      const warnings: string[] = [];
      const log: Logger = { ...silentLogger, warn: (_data, message) => warnings.push(message) };
      const { sink, received } = collector();
      const running = await workerSampler().start([probe], sink, { ...context, log });
      await received(1);
      await running.stop();
      expect(warnings).toEqual([]);
    }
  });

  it('samples a probe of the host in the host, beside those of the thread, and says so', async () => {
    await using service = await httpService((_request, response) => response.end());
    const hostOnly: RecoveryProbe = {
      type: 'host-only',
      options: z.object({}),
      open: async () => ({ check: async () => ({ health: 'healthy', value: 'here' }), close: async () => {} }),
    };
    const warnings: JsonObject[] = [];
    const log: Logger = { ...silentLogger, warn: (data) => warnings.push(data) };
    const { samples, sink, received } = collector();
    const probes = [sampled(hostOnly, {}, { name: 'host' }), sampled(http, { url: service.url }, { name: 'remote' })];
    const running = await workerSampler().start(probes, sink, { ...context, log });
    await received(20);
    const health = await running.stop();
    expect(warnings).toEqual([{ probe: 'host', reason: 'its type is not provided by a plugin' }]);
    expect(new Set(samples.map(({ probe }) => probe))).toEqual(new Set(['host', 'remote']));
    expect(health.probes.map(({ probe }) => probe).sort()).toEqual(['host', 'remote']);
  });

  it('rejects with what the probe said when it cannot be opened, and with the path of wrong options', async () => {
    const { sink } = collector();
    const opening = workerSampler().start([sampled(broken, {}, { origin })], sink, context);
    await expect(opening).rejects.toMatchObject({
      code: 'CHAOS_PROBE_INVALID',
      message: 'CHAOS_PROBE_INVALID: no door',
      details: { path: 'door' },
    });
    await expect(workerSampler().start([sampled(http, { url: 5 })], sink, context)).rejects.toThrow(/url/);
  });

  it('rejects when the module of a probe cannot be imported', async () => {
    const { sink } = collector();
    const lost = { module: 'file:///nowhere/plugin.js', options: {} };
    const opening = workerSampler().start([sampled(threadId, {}, { origin: lost })], sink, context);
    await expect(opening).rejects.toThrow(/nowhere\/plugin\.js/);
  });

  it('does not hide what a thread that died had still to sample', async () => {
    const { samples, sink } = collector();
    const errors: string[] = [];
    const log: Logger = { ...silentLogger, error: ({ error }) => errors.push(String(error)) };
    const ended = Promise.withResolvers<void>();
    const server = createServer((socket) => socket.resume().on('close', () => ended.resolve()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const running = await workerSampler().start([sampled(crash, { port }, { origin })], sink, { ...context, log });
    await ended.promise;
    server.close();
    // More checks fall due that nobody sends.
    const lastDue = performance.now();
    await expect.poll(() => performance.now()).toBeGreaterThan(lastDue + 50);
    const { probes } = await running.stop();
    expect(probes[0]?.planned).toBeGreaterThan(samples.length);
    expect(probes[0]?.rate).toBeLessThan(1);
    expect(errors).toEqual([expect.stringMatching(/^the sampler's thread was lost: /)]);
  });

  it('has nothing to do without probes', async () => {
    const running = await workerSampler().start([], () => {}, context);
    expect(await running.stop()).toEqual({ probes: [], seconds: [], series: [] });
  });
});

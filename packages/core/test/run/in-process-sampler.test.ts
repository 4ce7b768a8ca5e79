import {
  type Clock,
  inProcessSampler,
  type ProbeResult,
  type RecoveryProbe,
  type Sample,
  type SampledProbe,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { virtualClock } from '../../src/testkit/virtual-clock.ts';
import { settle } from './world.ts';

interface Behaviour {
  readonly check: (signal: AbortSignal, clock: Clock) => Promise<ProbeResult>;
  readonly close?: () => Promise<void>;
  readonly open?: () => Promise<void>;
}

function sampled(behaviour: Behaviour, changes: Partial<SampledProbe> = {}): SampledProbe {
  const implementation: RecoveryProbe = {
    type: 'behaviour',
    options: z.object({}),
    open: async (_options, { clock }) => {
      await behaviour.open?.();
      return { check: (signal) => behaviour.check(signal, clock), close: async () => behaviour.close?.() };
    },
  };
  return { name: 'p', type: 'behaviour', every: 100, timeout: 1_000, options: {}, implementation, ...changes };
}

async function sample(probe: SampledProbe, time: number, options = {}) {
  const clock = virtualClock();
  const samples: Sample[] = [];
  const running = await inProcessSampler(options).start([probe], (one) => samples.push(one), {
    clock,
    log: silentLogger,
  });
  await clock.advance(time);
  const health = await settle(clock, running.stop());
  return { samples: samples.toSorted((a, b) => a.index - b.index), health: health.probes[0], clock };
}

const after =
  (ms: number): Behaviour['check'] =>
  async (signal, clock) => {
    await clock.sleep(ms, { signal });
    return { health: 'healthy', value: 7 };
  };

describe('the in-process sampler', () => {
  it('sends on its plan, whatever the answers take', async () => {
    const { samples, health } = await sample(sampled({ check: after(350) }), 1_000);
    expect(samples.map(({ intended }) => intended)).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1_000]);
    expect(
      samples.every(({ latency, outcome, value }) => latency === 350 && outcome === 'answered' && value === 7),
    ).toBe(true);
    expect(health).toEqual({ probe: 'p', every: 100, planned: 11, sent: 11, rate: 1, lagP99: 0, shed: 0 });
  });

  it('fails a check at its deadline, also when it ignores the signal', async () => {
    const { samples } = await sample(sampled({ check: () => new Promise(() => {}) }, { timeout: 250 }), 500);
    expect(samples.map(({ latency, outcome, health }) => [latency, outcome, health])).toEqual(
      Array.from({ length: 6 }, () => [250, 'timeout', 'degraded']),
    );
  });

  it('aborts the signal of a check that is too late', async () => {
    const aborted: unknown[] = [];
    const check: Behaviour['check'] = (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          aborted.push(signal.reason);
          reject(signal.reason);
        }),
      );
    const { samples } = await sample(sampled({ check }, { timeout: 50 }), 0);
    expect(samples).toMatchObject([{ outcome: 'timeout', detail: 'no answer in time' }]);
    expect(aborted).toMatchObject([{ name: 'TimeoutError' }]);
  });

  it('takes a throwing check for degraded, with the error as detail', async () => {
    const check = (): Promise<ProbeResult> => Promise.reject(new Error('connection refused'));
    const { samples } = await sample(sampled({ check }), 0);
    expect(samples).toMatchObject([{ outcome: 'threw', health: 'degraded', detail: 'connection refused' }]);
  });

  it('takes nothing but health, value and detail from a result', async () => {
    const check = async () => ({ health: 'healthy' as const, index: 99, latency: 0, probe: 'other' });
    const { samples } = await sample(sampled({ check }), 200);
    expect(samples.map(({ index, probe }) => [index, probe])).toEqual([
      [0, 'p'],
      [1, 'p'],
      [2, 'p'],
    ]);
  });

  it('sheds what is over the cap, says so, and counts it as no success', async () => {
    const { samples, health } = await sample(sampled({ check: after(900) }), 900, { maxInFlight: 3 });
    expect(samples.map(({ outcome }) => outcome)).toEqual([
      ...Array.from({ length: 3 }, () => 'answered'),
      ...Array.from({ length: 6 }, () => 'shed'),
      'answered',
    ]);
    expect(samples.filter(({ outcome }) => outcome === 'shed').every(({ health: state }) => state === 'unknown')).toBe(
      true,
    );
    expect(health).toMatchObject({ planned: 10, sent: 4, shed: 6 });
  });

  it('measures a stall from the intended send times (100 of 1000 checks slow, none missing)', async () => {
    const clock = virtualClock();
    const stalledUntil = (): number => (clock.now() >= 4_000 && clock.now() < 5_000 ? 5_000 - clock.now() : 0);
    const samples: Sample[] = [];
    const probe = sampled(
      { check: async (signal) => after(stalledUntil())(signal, clock) },
      { every: 10, timeout: 5_000 },
    );
    const running = await inProcessSampler({ maxInFlight: 1_000 }).start([probe], (one) => samples.push(one), {
      clock,
      log: silentLogger,
    });
    await clock.advance(9_995);
    await settle(clock, running.stop());
    expect(samples).toHaveLength(1_000);
    expect(samples.filter(({ latency }) => latency > 0)).toHaveLength(100);
    expect(Math.max(...samples.map(({ latency }) => latency))).toBe(1_000);
  });

  it('closes every probe once, also when stopped twice, and the others when one cannot be opened', async () => {
    const closed: string[] = [];
    const probe = (name: string, open?: () => Promise<void>) =>
      sampled({ check: after(1), close: async () => void closed.push(name), ...(open && { open }) }, { name });
    const clock = virtualClock();
    const context = { clock, log: silentLogger };
    const running = await inProcessSampler().start([probe('a'), probe('b')], () => {}, context);
    await settle(clock, Promise.all([running.stop(), running.stop()]));
    expect(closed.toSorted()).toEqual(['a', 'b']);
    expect(clock.pending).toBe(0);

    const refusing = probe('d', () => Promise.reject(new Error('no tool')));
    await expect(inProcessSampler().start([probe('c'), refusing], () => {}, context)).rejects.toThrow('no tool');
    expect(closed.toSorted()).toEqual(['a', 'b', 'c']);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['fails to close', () => Promise.reject(new Error('stuck'))],
    ['never ends closing', () => new Promise<void>(() => {})],
  ])('goes on when a probe %s', async (_, close) => {
    const { health } = await sample(sampled({ check: after(1), close }), 100);
    expect(health).toMatchObject({ planned: 2 });
  });

  it('refuses a plan without an interval', async () => {
    const probe = sampled({ check: after(1) }, { every: 0 });
    await expect(sample(probe, 0)).rejects.toMatchObject({ code: 'CHAOS_PROBE_INVALID' });
  });

  it('takes an answer that came after its deadline for none, also when it was the check that blocked', async () => {
    const samples: Sample[] = [];
    const check = async (): Promise<ProbeResult> => {
      const until = systemClock.now() + 60;
      while (systemClock.now() < until);
      return { health: 'healthy' };
    };
    const probe = sampled({ check }, { every: 1_000, timeout: 20 });
    const context = { clock: systemClock, log: silentLogger };
    const running = await inProcessSampler().start([probe], (one) => samples.push(one), context);
    await running.stop();
    expect(samples[0]).toMatchObject({ outcome: 'timeout', health: 'degraded' });
    expect(samples[0]?.latency).toBeGreaterThanOrEqual(60);
  });

  it('loses no check when the event loop is blocked, and admits the lag', async () => {
    const samples: Sample[] = [];
    const enough = Promise.withResolvers<void>();
    const take = (one: Sample): void => {
      samples.push(one);
      if (samples.length === 60) enough.resolve();
    };
    const probe = sampled({ check: async () => ({ health: 'healthy' }) }, { every: 10, timeout: 200 });
    const running = await inProcessSampler().start([probe], take, { clock: systemClock, log: silentLogger });
    const until = systemClock.now() + 400;
    while (systemClock.now() < until);
    await enough.promise;
    const health = (await running.stop()).probes[0];
    expect(samples.map(({ index }) => index).sort((a, b) => a - b)).toEqual(samples.map((_, index) => index));
    const unsent = samples.filter(({ detail }) => detail === 'due, but could not be sent in time');
    expect(unsent.length).toBeGreaterThanOrEqual(15);
    expect(unsent.every(({ latency, health: state }) => latency >= 200 && state === 'degraded')).toBe(true);
    expect(health?.lagP99).toBeGreaterThan(100);
    expect(health?.sent).toBe(samples.length - unsent.length);
  });
});

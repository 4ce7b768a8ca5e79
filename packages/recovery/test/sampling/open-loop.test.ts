import { type Clock, type OpenProbe, type ProbeResult, type Sample, silentLogger } from '@bridge/chaos-core';
import { type VirtualClock, virtualClock } from '@bridge/chaos-core/testkit';
import { describe, expect, it } from 'vitest';
import { OpenLoop } from '../../src/sampling/open-loop.ts';
import type { PlannedProbe } from '../../src/sampling/probe-plan.ts';
import { mean } from '../../src/statistics/moments.ts';
import { quantile } from '../../src/statistics/quantile.ts';
import { vectors } from '../statistics/vectors.ts';

const healthy: ProbeResult = { health: 'healthy' };

function loop(clock: Clock, check: OpenProbe['check'], plan: Partial<PlannedProbe> = {}) {
  const samples: Sample[] = [];
  const arrivals = { kind: 'constant', every: 10 } as const;
  const planned: PlannedProbe = { name: 'p', timeout: 5_000, arrivals, phase: 0, maxInFlight: 1_000, ...plan };
  const open = { check, close: async () => {} };
  const sink = (sample: Sample): void => void samples.push(sample);
  const options = { clock, log: silentLogger, sink, waiting: 'timer' } as const;
  return { samples, running: new OpenLoop([{ planned, open }], options) };
}

/** Stops, and lets time pass until what is in flight has ended. */
async function stop(running: OpenLoop, clock: VirtualClock) {
  const stopped = running.stop();
  await clock.advance(10_000);
  return stopped;
}

describe('open loop on a virtual clock', () => {
  it('measures one full stall exactly as arithmetic says', async () => {
    const { params, expected } = vectors.open_loop_stall;
    const clock = virtualClock();
    const [from, to] = [params.stall_start_s, params.stall_start_s + params.stall_s].map((at) => at * 1000);
    const { samples, running } = loop(clock, async () => {
      const now = clock.now();
      if (from !== undefined && to !== undefined && now >= from && now < to) await clock.sleep(to - now);
      return healthy;
    });
    await clock.advance(params.duration_s * 1000 - 1);
    const { probes, series } = await stop(running, clock);
    const seconds = samples.map(({ latency }) => latency / 1000);
    expect(samples).toHaveLength(expected.requests);
    expect(seconds.filter((latency) => latency > 0)).toHaveLength(expected.slow_requests);
    expect(Math.max(...seconds)).toBeCloseTo(expected.max_latency_s, 9);
    expect(quantile(seconds, 0.95, 1)).toBeCloseTo(expected.p95_nearest_rank_s, 9);
    expect(quantile(seconds, 0.99, 1)).toBeCloseTo(expected.p99_nearest_rank_s, 9);
    expect(mean(seconds)).toBeCloseTo(expected.mean_s, 9);
    expect(probes[0]).toMatchObject({ planned: 1000, sent: 1000, rate: 1, shed: 0 });
    expect(series[0]?.seconds.map(({ planned }) => planned)).toEqual(Array(10).fill(100));
    // Slow checks belong to the second in which they were due.
    expect(series[0]?.seconds.map(({ p50 }) => Math.round((p50 ?? 0) / 10))).toEqual([0, 0, 0, 0, 50, 0, 0, 0, 0, 0]);
  });

  it('turns checks that were due and not sent into failures by timeout, and sends the others late', async () => {
    const virtual = virtualClock();
    let blocked = 0;
    const clock: Clock = { ...virtual, now: () => virtual.now() + blocked };
    const { samples, running } = loop(clock, async () => healthy, { timeout: 50 });
    await virtual.advance(100);
    const before = samples.length;
    // The thread comes to itself 200 ms later.
    blocked = 200;
    await virtual.advance(20);
    const { probes } = await stop(running, virtual);
    const late = samples.slice(before).sort((a, b) => a.index - b.index);
    const neverSent = late.filter(({ detail }) => detail === 'due, but could not be sent in time');
    expect(neverSent.length).toBeGreaterThanOrEqual(15);
    for (const sample of neverSent) {
      expect(sample).toMatchObject({ outcome: 'timeout', health: 'degraded', started: sample.ended });
      expect(sample.latency).toBeGreaterThanOrEqual(50);
    }
    const sentLate = late.filter(({ outcome, started, intended }) => outcome === 'answered' && started - intended > 5);
    expect(sentLate.length).toBeGreaterThanOrEqual(4);
    expect(samples.map(({ index }) => index).sort((a, b) => a - b)).toEqual(samples.map((_, index) => index));
    expect(probes[0]?.planned).toBe(samples.length);
    expect(probes[0]?.rate).toBeCloseTo(1 - neverSent.length / samples.length, 9);
  });

  it('gives up at the deadline on a probe that ignores its signal, and counts it as in flight still', async () => {
    const clock = virtualClock();
    const { samples, running } = loop(clock, () => new Promise(() => {}), { timeout: 100, maxInFlight: 3 });
    await clock.advance(500);
    const { probes } = await stop(running, clock);
    const timeouts = samples.filter(({ outcome }) => outcome === 'timeout');
    expect(timeouts.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(timeouts.every(({ latency }) => latency >= 100 && latency <= 102)).toBe(true);
    expect(probes[0]).toMatchObject({ sent: 3, shed: samples.length - 3 });
  });

  it('aborts a check at its deadline, and takes an answer that comes later for none', async () => {
    const clock = virtualClock();
    const { samples, running } = loop(
      clock,
      async (signal) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return healthy;
      },
      { timeout: 30 },
    );
    await clock.advance(100);
    await stop(running, clock);
    expect(new Set(samples.map(({ outcome }) => outcome))).toEqual(new Set(['timeout']));
  });

  it('takes a probe that throws for degraded, with the reason', async () => {
    const clock = virtualClock();
    const { samples, running } = loop(clock, async () => {
      throw new Error('no route');
    });
    await clock.advance(5);
    await stop(running, clock);
    expect(samples[0]).toMatchObject({ outcome: 'threw', health: 'degraded', detail: 'no route' });
  });

  it('takes answers in between when it cannot keep up', async () => {
    const virtual = virtualClock();
    // 100 ms are lost right after the start, and every look at the clock costs more than the interval.
    let looks = 0;
    const clock: Clock = {
      ...virtual,
      now() {
        looks += 1;
        return virtual.now() + (looks === 1 ? 0 : 100 + 0.2 * looks);
      },
    };
    let answered = 0;
    const check = async (): Promise<ProbeResult> => {
      answered += 1;
      return healthy;
    };
    const { samples, running } = loop(clock, check, { arrivals: { kind: 'constant', every: 0.1 } });
    const sentInOneTurn = answered;
    expect(sentInOneTurn).toBeLessThan(50);
    await expect.poll(() => samples.length).toBeGreaterThan(2 * sentInOneTurn);
    await stop(running, virtual);
    expect(samples.map(({ index }) => index).sort((a, b) => a - b)).toEqual(samples.map((_, index) => index));
  });
});

import { createRedactor, type Health, type Sample, silentLogger } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import { EventHub } from '../../src/event/event-hub.ts';
import { Sampling } from '../../src/run/sampling.ts';
import { virtualClock } from '../../src/testkit/virtual-clock.ts';

function sample(index: number, health: Health = 'healthy', ended = index * 100 + 10): Sample {
  const intended = index * 100;
  return {
    probe: 'p',
    index,
    intended,
    started: intended,
    ended,
    latency: ended - intended,
    outcome: 'answered',
    health,
  };
}

function sampling() {
  const clock = virtualClock();
  const hub = new EventHub({ clock, node: 'test', log: silentLogger, redactor: createRedactor() });
  const probes = [{ name: 'p', type: 'service', every: 100, timeout: 1_000, options: {} }];
  const events = hub.record('run-1');
  return { clock, events, sampling: new Sampling(probes, { clock, emit: hub.emit, runId: 'run-1' }) };
}

describe('the samples of a run', () => {
  it('are settled only up to the first that is outstanding', () => {
    const { sampling: samples } = sampling();
    for (const index of [0, 2, 3]) samples.take(sample(index));
    expect(samples.settled().map(({ index }) => index)).toEqual([0]);
    expect(samples.settledUntil('p')).toBe(0);
    samples.take(sample(1));
    expect(samples.settledUntil('p')).toBe(300);
    expect(samples.all().map(({ index }) => index)).toEqual([0, 1, 2, 3]);
  });

  it('of a probe nobody asked for are left out', () => {
    const { sampling: samples } = sampling();
    samples.take({ ...sample(0), probe: 'other' });
    expect(samples.all()).toEqual([]);
  });

  it('are warm once every probe had its first check', async () => {
    const { sampling: samples } = sampling();
    let warm = false;
    void samples.warm.then(() => {
      warm = true;
    });
    await Promise.resolve();
    expect(warm).toBe(false);
    samples.take(sample(0));
    await samples.warm;
    expect(warm).toBe(true);
  });

  it('are found by when they ended', () => {
    const { sampling: samples } = sampling();
    for (let index = 0; index < 10; index += 1) samples.take(sample(index));
    expect(samples.endedSince('p', 710).map(({ index }) => index)).toEqual([7, 8, 9]);
    expect(samples.latest('p', 2).map(({ index }) => index)).toEqual([8, 9]);
    expect(samples.longestGap('p')).toBe(1_100);
  });

  it('announce a change of health when three in a row agree', () => {
    const { sampling: samples, events } = sampling();
    const healths: Health[] = [
      'healthy',
      'degraded',
      'healthy',
      'degraded',
      'degraded',
      'degraded',
      'degraded',
      'healthy',
    ];
    healths.forEach((health, index) => void samples.take(sample(index, health)));
    const changes = events.snapshot().flatMap(({ type, data }) => (type === 'probe:changed' ? [data] : []));
    expect(changes).toEqual([
      { probe: 'p', health: 'healthy', detail: null },
      { probe: 'p', health: 'degraded', detail: null },
    ]);
  });

  it('are told once a second, each once, the rest at the end', async () => {
    const { sampling: samples, events, clock } = sampling();
    samples.begin();
    samples.take(sample(0));
    samples.take(sample(1, 'degraded', 190));
    await clock.advance(2_500);
    samples.take(sample(2));
    samples.end({ probes: [] });
    const seconds = events.snapshot().flatMap(({ type, data }) => (type === 'probe:second' ? [data] : []));
    expect(seconds).toEqual([
      { probe: 'p', sent: 2, ok: 1, p50: 10, p95: 90 },
      { probe: 'p', sent: 1, ok: 1, p50: 10, p95: 10 },
    ]);
    expect(clock.pending).toBe(0);
  });
});

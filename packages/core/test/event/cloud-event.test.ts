import { fromCloudEvent, isChaosError, toCloudEvent } from '@bridge/chaos-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hubHarness } from './hub-harness.ts';

describe('CloudEvents', () => {
  it('carry an event in the attributes of version 1.0', async () => {
    const { hub, clock } = hubHarness();
    await clock.advance(1.5);
    const event = hub.emit('run:phase', { phase: 'baseline' }, 'run-1');
    const cloud = toCloudEvent(event);
    expect(cloud).toEqual({
      specversion: '1.0',
      id: event.id,
      source: '/bridge/chaos/host%2F1',
      type: 'bridge.chaos.run:phase',
      time: '2026-01-01T00:00:00.001Z',
      datacontenttype: 'application/json',
      sequence: '0000000000000001',
      monotonic: '1.5',
      runid: 'run-1',
      data: { phase: 'baseline' },
    });
    // CloudEvents 1.0, 3.1: attribute names are lower-case letters and digits, at most 20 of them.
    expect(Object.keys(cloud).every((name) => /^[a-z0-9]{1,20}$/.test(name))).toBe(true);
  });

  it('come back as the same event, through text', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(text, fc.option(text, { nil: undefined }), fc.integer(), (message, runId, number) => {
        const { hub } = hubHarness();
        const event = hub.emit('host:log', { message, data: { number } }, runId);
        expect(fromCloudEvent(JSON.parse(JSON.stringify(toCloudEvent(event))))).toEqual(event);
      }),
    );
  });

  it('order as text as they order in time', () => {
    const { hub } = hubHarness();
    const sequences = Array.from({ length: 120 }, () => toCloudEvent(hub.emit('engine:stale', { epoch: 1 })).sequence);
    expect(sequences.toSorted()).toEqual(sequences);
  });

  it.each([
    ['nothing', undefined, ''],
    ['another version', { specversion: '0.3' }, 'specversion'],
    ['another producer', { type: 'com.github.push' }, 'type'],
    ['a sequence that is no number', { sequence: 'x' }, 'sequence'],
    ['a monotonic time that is no number', { monotonic: '' }, 'monotonic'],
    ['a source that is not percent-encoded', { source: '/bridge/chaos/%' }, 'source'],
  ])('of %s are refused with the path', (_what, change, path) => {
    const { hub } = hubHarness();
    const good = toCloudEvent(hub.emit('run:phase', { phase: 'baseline' }));
    const input = change === undefined ? undefined : { ...good, ...change };
    const refused = (): unknown => fromCloudEvent(input);
    expect(refused).toThrow(path);
    expect(refused).toThrow(expect.toSatisfy((error) => isChaosError(error, 'CHAOS_EVENT_INVALID')));
  });
});

import { describe, expect, it } from 'vitest';
import { hubHarness } from './hub-harness.ts';

const phase = { phase: 'baseline' } as const;

describe('listeners', () => {
  it('get the events they asked for, in order, with the whole envelope', async () => {
    const { hub, clock } = hubHarness();
    const seen: unknown[] = [];
    hub.on('run:phase', (event) => seen.push(event));
    hub.on('mark:set', ({ data }) => seen.push(data.mark));
    await clock.advance(250);
    const emitted = hub.emit('run:phase', phase, 'run-1');
    hub.emit('mark:set', { mark: 'detected', at: 3 });
    expect(seen).toEqual([emitted, 'detected']);
    expect(emitted).toEqual({
      id: expect.stringMatching(/^event-[0-9a-f]{24}-1$/),
      type: 'run:phase',
      time: '2026-01-01T00:00:00.250Z',
      monotonic: 250,
      sequence: 1,
      node: 'host/1',
      runId: 'run-1',
      data: phase,
    });
  });

  it('hear everything under *, after the listeners of the type itself', () => {
    const { hub } = hubHarness();
    const seen: string[] = [];
    hub.on('*', (event) => seen.push(`* ${event.type}`));
    hub.on('run:phase', (event) => seen.push(event.type));
    hub.emit('run:phase', phase);
    hub.emit('engine:stale', { epoch: 1 });
    expect(seen).toEqual(['run:phase', '* run:phase', '* engine:stale']);
  });

  it('end with dispose, with off, and after one event with once', () => {
    const { hub } = hubHarness();
    const seen: string[] = [];
    const removed = (): unknown => seen.push('off');
    {
      using _scoped = hub.on('run:phase', () => seen.push('scoped'));
      hub.once('run:phase', () => seen.push('once'));
      hub.on('run:phase', removed);
      hub.emit('run:phase', phase);
    }
    hub.off('run:phase', removed);
    hub.emit('run:phase', phase);
    expect(seen).toEqual(['scoped', 'once', 'off']);
  });
});

describe('a listener cannot hurt', () => {
  it('by throwing: the others and the caller go on, the log names the event', () => {
    const { hub, lines } = hubHarness();
    const seen: string[] = [];
    hub.on('run:phase', () => {
      throw new Error('bad listener');
    });
    hub.on('run:phase', () => seen.push('good listener'));
    expect(hub.emit('run:phase', phase).sequence).toBe(1);
    expect(seen).toEqual(['good listener']);
    expect(lines).toEqual([
      { level: 'error', data: { event: 'run:phase', error: 'bad listener' }, message: 'a listener failed' },
    ]);
  });

  it('by rejecting: no unhandled rejection, the log names the event', async () => {
    const { hub, clock, lines } = hubHarness();
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown): unknown => unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    try {
      hub.on('run:phase', async () => {
        throw new Error('late failure');
      });
      hub.emit('run:phase', phase);
      await clock.advance(0);
      await clock.advance(0);
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
    expect(unhandled).toEqual([]);
    expect(lines.map(({ data }) => data['error'])).toEqual(['late failure']);
  });

  it('by never settling: nobody waits for it', () => {
    const { hub } = hubHarness();
    hub.on('run:phase', () => new Promise(() => undefined));
    expect(hub.emit('run:phase', phase).sequence).toBe(1);
    expect(hub.emit('run:phase', phase).sequence).toBe(2);
  });

  it('by blocking the thread without being named', () => {
    const { hub, clock, lines } = hubHarness();
    let now = 0;
    Object.assign(clock, { now: () => now });
    hub.on('run:phase', () => {
      now += 1_000;
    });
    hub.emit('run:phase', phase);
    expect(lines).toEqual([
      { level: 'warn', data: { event: 'run:phase', took: 1_000 }, message: 'a listener blocked the event loop' },
    ]);
  });

  it('by failing for ever: its failures are logged ten times', () => {
    const { hub, lines } = hubHarness();
    hub.on('run:phase', () => {
      throw new Error('again');
    });
    for (let round = 0; round < 100; round += 1) hub.emit('run:phase', phase);
    expect(lines).toHaveLength(10);
    expect(lines.at(-1)?.message).toMatch('further failures of this listener are not logged');
  });

  it('by changing what others get: events are frozen to the ground', () => {
    const { hub, lines } = hubHarness();
    hub.on('run:finished', (event) => Object.assign(event.data.reasons, { 0: 'forged' }));
    const event = hub.emit('run:finished', {
      name: 'r',
      verdict: 'failed',
      reasons: ['true'],
      timeToDetect: null,
      timeToRecover: null,
    });
    expect(event.data.reasons).toEqual(['true']);
    expect(lines).toHaveLength(1);
  });

  it('by answering every event with another one', () => {
    const { hub, lines } = hubHarness();
    const answer = (): unknown => hub.emit('host:log', { message: 'I saw something', data: {} });
    hub.on('*', answer);
    hub.on('*', () => answer());
    hub.emit('run:phase', phase);
    expect(hub.recent().length).toBeLessThan(100);
    expect(lines[0]?.message).toMatch('without end');
    hub.off('*', answer);
    hub.emit('run:phase', phase);
    expect(hub.recent().at(-1)?.type).toBe('host:log');
  });

  it('by emitting in the middle: everybody sees events in the order they were emitted', () => {
    const { hub } = hubHarness();
    const seen: number[] = [];
    hub.once('run:phase', () => hub.emit('engine:stale', { epoch: 1 }));
    hub.on('*', ({ sequence }) => seen.push(sequence));
    hub.emit('run:phase', phase);
    expect(seen).toEqual([1, 2]);
  });
});

describe('payloads', () => {
  it('are redacted before anybody sees them', () => {
    const { hub } = hubHarness();
    const seen: unknown[] = [];
    hub.on('host:log', ({ data }) => seen.push(data));
    hub.emit('host:log', { message: 'login with password=hunter2', data: { token: 'abc' } });
    const clean = { message: 'login with password=[redacted]', data: { token: '[redacted]' } };
    expect(seen).toEqual([clean]);
    expect(hub.recent()[0]?.data).toEqual(clean);
  });

  it('are copies: a change after the emit does not show', () => {
    const { hub } = hubHarness();
    const reasons = ['first'];
    const event = hub.emit('run:finished', {
      name: 'r',
      verdict: 'failed',
      reasons,
      timeToDetect: null,
      timeToRecover: null,
    });
    reasons.push('second');
    expect(event.data.reasons).toEqual(['first']);
  });
});

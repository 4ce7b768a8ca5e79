import { describe, expect, it } from 'vitest';
import type { AnyChaosEvent } from '../../src/event/chaos-events.ts';
import { hubHarness } from './hub-harness.ts';

const phase = { phase: 'baseline' } as const;
const second = { probe: 'p', sent: 1, ok: 1, p50: 1, p95: 1 };

async function all(events: AsyncIterable<AnyChaosEvent>): Promise<AnyChaosEvent[]> {
  const collected: AnyChaosEvent[] = [];
  for await (const event of events) collected.push(event);
  return collected;
}

describe('the events of a run', () => {
  it('are replayed from the first one to every reader, and end with the run', async () => {
    const { hub } = hubHarness();
    const recording = hub.record('run-1');
    hub.emit('run:phase', phase, 'run-1');
    const early = all(hub.stream('run-1'));
    hub.emit('engine:stale', { epoch: 1 });
    hub.emit('run:phase', { phase: 'recovery' }, 'run-1');
    hub.emit('run:phase', phase, 'run-2');
    hub.finish('run-1');
    hub.emit('run:phase', phase, 'run-1');
    expect((await early).map(({ sequence }) => sequence)).toEqual([1, 3]);
    expect((await all(recording.read())).map(({ sequence }) => sequence)).toEqual([1, 3]);
  });

  it('reach a waiting reader one by one as they happen', async () => {
    const { hub } = hubHarness();
    hub.record('run-1');
    const reader = hub.stream('run-1');
    for (const expected of [1, 2, 3]) {
      const next = reader.next();
      hub.emit('run:phase', phase, 'run-1');
      expect((await next).value?.sequence).toBe(expected);
    }
  });

  it('can be left: break ends the reader, and return() ends it even while it waits', async () => {
    const { hub } = hubHarness();
    const recording = hub.record('run-1');
    hub.emit('run:phase', phase, 'run-1');
    for await (const event of recording.read()) {
      expect(event.sequence).toBe(1);
      break;
    }
    const reader = recording.read();
    await reader.next();
    const waiting = reader.next();
    await reader.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect((await reader.next()).done).toBe(true);
  });

  it('of a run that nobody records are none', async () => {
    const { hub } = hubHarness();
    expect(await all(hub.stream('run-9'))).toEqual([]);
  });

  it('cost bounded memory: samples give way first, and a reader is told how many it missed', async () => {
    const { hub } = hubHarness();
    const recording = hub.record('run-1', 100);
    hub.emit('run:started', { name: 'r', seed: 1, actor: null }, 'run-1');
    for (let at = 0; at < 500; at += 1) hub.emit('probe:second', second, 'run-1');
    hub.emit(
      'run:finished',
      { name: 'r', verdict: 'held', reasons: [], timeToDetect: null, timeToRecover: null },
      'run-1',
    );
    hub.finish('run-1');
    const events = await all(recording.read());
    expect(recording.snapshot().length).toBeLessThanOrEqual(100);
    expect([events[0]?.type, events[1]?.type, events.at(-1)?.type]).toEqual([
      'run:started',
      'events:dropped',
      'run:finished',
    ]);
    expect(events[1]?.data).toEqual({ count: recording.dropped });
    expect(events.length - 1 + recording.dropped).toBe(502);
    const sequences = events.map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
  });

  it('cost bounded memory without samples too: the oldest go', async () => {
    const { hub } = hubHarness();
    const recording = hub.record('run-1', 10);
    for (let at = 0; at < 25; at += 1) hub.emit('run:phase', phase, 'run-1');
    hub.finish('run-1');
    const events = await all(recording.read());
    expect(events[0]?.type).toBe('events:dropped');
    expect(events.at(-1)?.sequence).toBe(25);
  });

  it('tell a reader that was overtaken how many events it missed', async () => {
    const { hub } = hubHarness();
    const recording = hub.record('run-1', 10);
    const slow = recording.read();
    hub.emit('run:phase', phase, 'run-1');
    expect((await slow.next()).value?.sequence).toBe(1);
    for (let at = 0; at < 30; at += 1) hub.emit('run:phase', phase, 'run-1');
    const gap: AnyChaosEvent | undefined = (await slow.next()).value;
    const after: AnyChaosEvent | undefined = (await slow.next()).value;
    expect(gap?.type === 'events:dropped' ? gap.data.count : undefined).toBe((after?.sequence ?? 0) - 2);
  });
});

describe('the events of the engine', () => {
  it('stream live from now on and end when the hub closes', async () => {
    const { hub } = hubHarness();
    hub.emit('run:phase', phase);
    const live = all(hub.stream());
    hub.emit('engine:stale', { epoch: 1 });
    hub.emit('run:phase', phase, 'run-1');
    hub.close();
    expect((await live).map(({ sequence }) => sequence)).toEqual([2, 3]);
  });

  it('are remembered, the last thousand', () => {
    const { hub } = hubHarness();
    for (let at = 0; at < 2_345; at += 1) hub.emit('engine:stale', { epoch: at });
    const recent = hub.recent();
    expect(recent).toHaveLength(1_000);
    expect([recent[0]?.sequence, recent.at(-1)?.sequence]).toEqual([1_346, 2_345]);
    expect(hub.recent(2_340).map(({ sequence }) => sequence)).toEqual([2_341, 2_342, 2_343, 2_344, 2_345]);
  });
});

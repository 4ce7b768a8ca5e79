import { expect, vi } from 'vitest';
import type { QueueInput } from '../../src/resource/plugin.ts';
import { resources } from '../../src/resource/plugin.ts';
import { faultContext } from '../fault-context.ts';

/** The fault, and the queue that it is tried on. */
export async function floodOn(queue: QueueInput) {
  const plugin = resources({ queues: { jobs: queue } });
  const { targets, faults } = plugin;
  const [target] = await targets[0].find('jobs', faultContext());
  if (target === undefined) throw new Error('no queue');
  return { flood: faults[11], target, [Symbol.asyncDispose]: async () => plugin.close?.() };
}

/** Floods a queue and waits until all of its messages are in. */
export async function flooded(queue: QueueInput, messages: number) {
  const { flood, target, ...rest } = await floodOn(queue);
  const context = faultContext();
  const params = { messages, perSecond: 10_000 };
  const undo = await flood.prepare(target, params, context);
  await flood.inject(target, params, undo, context);
  const counters = { eligible: messages, injected: messages };
  // Not `expect.poll`, which tests that run side by side cannot share.
  await vi.waitFor(async () => expect(await flood.counters?.(undo, context)).toEqual(counters), { timeout: 30_000 });
  return { flood, undo, context, ...rest };
}

/** Floods what keeps nothing: in effect while it goes on, and heard by whoever listens. */
export async function expectHeard(queue: QueueInput, listener: { heard(): number }): Promise<void> {
  await using on = await floodOn(queue);
  const { flood, target } = on;
  const context = faultContext();
  const params = { messages: 1_000, perSecond: 50 };
  const undo = await flood.prepare(target, params, context);
  await flood.inject(target, params, undo, context);
  expect(await flood.observe(undo, context)).toBe('present');
  await expect.poll(() => listener.heard(), { timeout: 30_000 }).toBeGreaterThan(3);
  await flood.revert(undo, context);
  expect(await flood.observe(undo, context)).toBe('absent');
}

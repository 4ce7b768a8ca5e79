import { defineFault, type FaultContext, freshId } from '@bridge/chaos-core';
import * as z from 'zod';
import { Pump } from './pump.ts';
import type { Queues } from './queues.ts';

const params = z.strictObject({
  /** How many messages are put in. Default 1000. */
  messages: z.int().min(1).max(100_000).default(1000),
  /** How many a second, at most. Default 200. */
  perSecond: z.number().positive().max(10_000).default(200),
});

const undo = z.object({
  queue: z.string(),
  /** Begins the id of every message. */
  mark: z.string(),
  messages: z.int(),
});
type FloodRecord = z.output<typeof undo>;

/** Removals on their way at the same time. */
const AT_ONCE = 16;

/**
 * `resource.queue-flood`: messages are put into a queue faster than usual, from this process, at a bounded rate. Undo takes
 * out, by id, those that still wait; what was taken from the queue meanwhile has been worked on. Once all of them have
 * been, the system has coped: the effect is over.
 */
export function queueFlood(queues: Queues) {
  const pumps = new Map<string, Pump>();
  const waiting = (record: FloodRecord, { signal }: FaultContext) =>
    queues.get(record.queue).waiting(idsOf(record), signal);
  return defineFault({
    type: 'resource.queue-flood',
    target: 'queue',
    params,
    undo,
    survives: 'host',
    settle: '5s',
    risk: 'medium',
    describe: ({ name }, { messages, perSecond }) => `${name}: ${messages} messages, ${perSecond} a second`,
    async prepare({ id, name }, { messages }, { signal }) {
      const record = { queue: id, mark: freshId('flood'), messages };
      // Whether it can be looked at at all: else nothing could be taken out again.
      await queues.get(name).waiting([], signal);
      return record;
    },
    async inject(_target, { perSecond }, record, { clock, log, signal }) {
      const queue = queues.get(record.queue);
      const [first = '', ...ids] = idsOf(record);
      await queue.put(first, signal);
      pumps.set(record.mark, new Pump({ queue, ids, perSecond, clock, log }));
    },
    async revert(record, context) {
      await pumps.get(record.mark)?.stop();
      pumps.delete(record.mark);
      const queue = queues.get(record.queue);
      const left = await waiting(record, context);
      for (let at = 0; at < left.length; at += AT_ONCE) {
        await Promise.all(left.slice(at, at + AT_ONCE).map((id) => queue.remove(id, context.signal)));
      }
    },
    observe: async (record, context) => ((await waiting(record, context)).length > 0 ? 'present' : 'absent'),
    async renew({ mark }, lease) {
      pumps.get(mark)?.renew(2 * lease);
    },
    counters: async ({ mark, messages }) => ({ eligible: messages, injected: (pumps.get(mark)?.put ?? -1) + 1 }),
  });
}

function idsOf({ mark, messages }: FloodRecord): readonly string[] {
  return Array.from({ length: messages }, (_, index) => `${mark}-${index}`);
}

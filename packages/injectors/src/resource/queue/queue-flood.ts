import { defineFault, type FaultContext, freshId, type Target } from '@bridge/chaos-core';
import * as z from 'zod';
import { feasibleWhenPrepared } from '../feasible-when-prepared.ts';
import { type Looking, SETTLE } from './floodable-queue.ts';
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
  /** Where the queue ended before, in its own terms. */
  from: z.string().exactOptional(),
});
type FloodRecord = z.output<typeof undo>;
type FloodParams = z.output<typeof params>;

/** Removals on their way at the same time. */
const AT_ONCE = 16;
/** Between two looks for messages that come in late, ms. */
const BEAT = 200;

/**
 * `resource.queue-flood`: messages are put into a queue faster than usual, from this process, at a bounded rate. Undo takes
 * out, by id, those that still wait; what was taken from the queue meanwhile has been worked on. Once all of them have
 * been, the system has coped: the effect is over.
 */
export function queueFlood(queues: Queues) {
  const pumps = new Map<string, Pump>();
  const waiting = ({ queue, from, ...record }: FloodRecord, { signal }: FaultContext, looking: Looking = {}) =>
    queues.get(queue).waiting(idsOf(record), signal, { ...(from === undefined ? {} : { from }), ...looking });
  const prepare = async ({ id, name }: Target, { messages }: FloodParams, { signal }: FaultContext) => {
    const queue = queues.get(name);
    // Whether it can be looked at at all: else nothing could be taken out again.
    await queue.waiting([], signal);
    const from = await queue.begin?.(signal, messages);
    return { queue: id, mark: freshId('flood'), messages, ...(from === undefined ? {} : { from }) };
  };
  const takeOut = async (record: FloodRecord, context: FaultContext): Promise<void> => {
    const queue = queues.get(record.queue);
    // A queue finds the newest first.
    const left = (await waiting(record, context)).toReversed();
    for (let at = 0; at < left.length; at += AT_ONCE) {
      await Promise.all(left.slice(at, at + AT_ONCE).map((id) => queue.remove(id, context.signal)));
    }
  };
  return defineFault({
    type: 'resource.queue-flood',
    target: 'queue',
    params,
    undo,
    survives: 'host',
    settle: SETTLE,
    risk: 'medium',
    describe: ({ name }, { messages, perSecond }) => `${name}: ${messages} messages, ${perSecond} a second`,
    feasible: (target, given, context) =>
      feasibleWhenPrepared(() => prepare(target, given, context), queues.get(target.name).path),
    prepare,
    async inject(_target, { perSecond }, record, { clock, log, signal }) {
      const queue = queues.get(record.queue);
      const [first = '', ...ids] = idsOf(record);
      await queue.put(first, signal);
      pumps.set(record.mark, new Pump({ queue, ids, perSecond, clock, log }));
    },
    async revert(record, context) {
      const pump = pumps.get(record.mark);
      await pump?.stop();
      await takeOut(record, context);
      const { clock, signal } = context;
      // The pump is kept until then: an attempt that is cut off leaves the rest of the wait to the next one.
      while (pump !== undefined && !queues.get(record.queue).passing && clock.now() < pump.lateUntil) {
        await clock.sleep(BEAT, { signal });
        await takeOut(record, context);
      }
      pumps.delete(record.mark);
    },
    async observe(record, context) {
      if (queues.get(record.queue).passing) return pumps.get(record.mark)?.running ? 'present' : 'absent';
      return (await waiting(record, context, { enough: 1 })).length > 0 ? 'present' : 'absent';
    },
    async renew({ mark }, lease) {
      pumps.get(mark)?.renew(2 * lease);
    },
    counters: async ({ mark, messages }) => ({ eligible: messages, injected: (pumps.get(mark)?.put ?? -1) + 1 }),
  });
}

function idsOf({ mark, messages }: Pick<FloodRecord, 'mark' | 'messages'>): readonly string[] {
  return Array.from({ length: messages }, (_, index) => `${mark}-${index}`);
}

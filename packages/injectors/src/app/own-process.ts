import { ChaosError, freshId } from '@bridge/chaos-core';
import * as z from 'zod';
import { incarnation } from '../proxy/control/protocol.ts';
import { lookAt, ownIncarnation } from '../proxy/incarnation.ts';
import { processWide } from './process-wide.ts';

/** Which process, and which thread of it: globals, sockets and timers belong to one thread. */
export const processRecord = z.strictObject({ ...incarnation.shape, thread: z.string() });
export type ProcessRecord = z.output<typeof processRecord>;

const thread = processWide('thread', () => ({ id: freshId('thread') }));

export async function ownProcess(): Promise<ProcessRecord> {
  return { ...(await ownIncarnation()), thread: thread.id };
}

/** Start mark of this very thread of this very process. */
export function startMark({ start, thread: id }: ProcessRecord): string {
  return `${start}/${id}`;
}

/** Where the process of a record is. What lived in an ended process is gone with it. */
export async function whereabouts(record: ProcessRecord): Promise<'here' | 'elsewhere' | 'ended'> {
  if (record.thread === thread.id) return 'here';
  return (await lookAt(record)) === 'ended' ? 'ended' : 'elsewhere';
}

/** Nobody reaches into the memory of another process. */
export function outOfReach({ pid }: ProcessRecord): ChaosError {
  return new ChaosError(
    'CHAOS_TARGET_UNREACHABLE',
    `expected to be in process ${pid}, whose own memory holds the effect; this is process ${process.pid}. Revert there, or end that process: the effect dies with it.`,
  );
}

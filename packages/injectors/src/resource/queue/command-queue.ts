import { ChaosError, messageOf } from '@bridge/chaos-core';
import type { FloodableQueue } from './floodable-queue.ts';
import { idsIn } from './http-queue.ts';
import { ID } from './placeholder.ts';
import type { CommandQueueSettings } from './queue-options.ts';
import { runCommand } from './run-command.ts';

/** A queue behind programs of this machine. */
export function commandQueue({ put, remove, list }: CommandQueueSettings): FloodableQueue {
  const output = async (words: readonly string[], id: string, signal: AbortSignal): Promise<string> => {
    const [program = '', ...args] = words.map((word) => word.replaceAll(ID, id));
    try {
      return await runCommand(program, args, signal);
    } catch (cause) {
      signal.throwIfAborted();
      throw new ChaosError('CHAOS_FAULT_FAILED', `expected ${program} to end with 0, got ${messageOf(cause)}`, {
        cause,
      });
    }
  };
  return {
    put: async (id, signal) => void (await output(put, id, signal)),
    remove: async (id, signal) => void (await output(remove, id, signal)),
    waiting: async (ids, signal) => idsIn(await output(list, '', signal), ids),
  };
}

import { ChaosError } from '@bridge/chaos-core';
import type { FloodableQueue } from './floodable-queue.ts';
import type { ModuleQueueSettings } from './queue-options.ts';

/** A queue reached by the host's own code, loaded when it is first used. */
export function moduleQueue({ url, options }: ModuleQueueSettings): FloodableQueue {
  let loaded: Promise<FloodableQueue> | undefined;
  const queue = (): Promise<FloodableQueue> => {
    loaded ??= load(url, options);
    return loaded;
  };
  return {
    put: async (id, signal) => (await queue()).put(id, signal),
    remove: async (id, signal) => (await queue()).remove(id, signal),
    waiting: async (ids, signal, looking) => (await queue()).waiting(ids, signal, looking),
    close: async () => (await loaded)?.close?.(),
  };
}

async function load(url: string, options: unknown): Promise<FloodableQueue> {
  const { default: make }: { default?: unknown } = await import(url);
  const made: unknown = typeof make === 'function' ? await Reflect.apply(make, undefined, [options]) : undefined;
  if (isQueue(made)) return made;
  throw new ChaosError(
    'CHAOS_OPTIONS_INVALID',
    `expected ${url} to export a function by default that makes a queue with put, remove and waiting`,
  );
}

function isQueue(value: unknown): value is FloodableQueue {
  if (typeof value !== 'object' || value === null) return false;
  return ['put', 'remove', 'waiting'].every((verb) => typeof Reflect.get(value, verb) === 'function');
}

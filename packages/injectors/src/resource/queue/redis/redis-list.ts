import type { FloodableQueue } from '../floodable-queue.ts';
import { ID, textWithId } from '../placeholder.ts';
import type { RedisQueueSettings } from './redis-options.ts';
import type { Reply } from './resp-reader.ts';
import { textsOf } from './texts-of.ts';

type Send = (command: readonly string[], signal: AbortSignal) => Promise<Reply>;

/** A list of Redis. What is removed is found by its whole text, which holds the id. */
export function redisList(
  list: string,
  { push = 'left', message = { id: ID } }: RedisQueueSettings,
  send: Send,
): FloodableQueue {
  const text = (id: string): string => textWithId(message, id);
  const verb = push === 'left' ? 'LPUSH' : 'RPUSH';
  // Redis looks from the end that was pushed to, where the newest is.
  const count = push === 'left' ? '1' : '-1';
  return {
    path: `Redis list ${list}`,
    put: async (id, signal) => void (await send([verb, list, text(id)], signal)),
    remove: async (id, signal) => void (await send(['LREM', list, count, text(id)], signal)),
    async waiting(ids, signal) {
      const there = new Set(textsOf(await send(['LRANGE', list, '0', '-1'], signal)));
      return ids.filter((id) => there.has(text(id)));
    },
  };
}

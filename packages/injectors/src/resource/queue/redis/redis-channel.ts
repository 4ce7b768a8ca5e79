import { ChaosError } from '@bridge/chaos-core';
import type { FloodableQueue } from '../floodable-queue.ts';
import { ID, textWithId } from '../placeholder.ts';
import type { RedisQueueSettings } from './redis-options.ts';
import type { Reply } from './resp-reader.ts';

type Send = (command: readonly string[], signal: AbortSignal) => Promise<Reply>;

/** A channel of Redis: whoever listens gets the messages, and nothing of them stays with the server. */
export function redisChannel(
  channel: string,
  { message = { id: ID } }: RedisQueueSettings,
  send: Send,
): FloodableQueue {
  return {
    path: `Redis channel ${channel}; nothing waits there, and what its listeners got cannot be taken back`,
    passing: true,
    put: async (id, signal) => void (await send(['PUBLISH', channel, textWithId(message, id)], signal)),
    remove: async () => {},
    async waiting(_ids, signal) {
      const reply = await send(['PUBSUB', 'NUMSUB', channel], signal);
      if (Array.isArray(reply) && Number(reply[1]) > 0) return [];
      throw new ChaosError(
        'CHAOS_FAULT_IMPOSSIBLE',
        `expected somebody to listen to the channel ${channel}, got nobody; start a subscriber first`,
      );
    },
  };
}

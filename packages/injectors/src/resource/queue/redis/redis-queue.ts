import type { FloodableQueue } from '../floodable-queue.ts';
import { KeptConnection } from '../wire/kept-connection.ts';
import { queueServer } from '../wire/queue-url.ts';
import { redisChannel } from './redis-channel.ts';
import { RedisClient } from './redis-client.ts';
import { redisList } from './redis-list.ts';
import type { RedisQueueSettings } from './redis-options.ts';
import { redisStream } from './redis-stream.ts';

/** A list, stream or channel of Redis. Valkey, KeyDB and Dragonfly speak the same protocol. `field` names its options. */
export function redisQueue(settings: RedisQueueSettings, field: string): FloodableQueue {
  const { url, ca } = settings;
  const kept = new KeptConnection(async () => {
    const server = await queueServer('redis', url, `${field}.url`);
    return RedisClient.open(server, ca === undefined ? {} : { ca }, new AbortController().signal);
  });
  const send = async (command: readonly string[], signal: AbortSignal) => (await kept.get()).send(command, signal);
  return { ...queueOf(settings, send), close: () => kept.close() };
}

function queueOf(settings: RedisQueueSettings, send: RedisClient['send']): FloodableQueue {
  const { list, stream, channel = '' } = settings;
  if (list !== undefined) return redisList(list, settings, send);
  return stream === undefined ? redisChannel(channel, settings, send) : redisStream(stream, settings, send);
}

import { type Clock, systemClock } from '@bridge/chaos-core';
import type { FloodableQueue } from '../floodable-queue.ts';
import { ID, textWithId } from '../placeholder.ts';
import { queueServer } from '../wire/queue-url.ts';
import { AmqpClient } from './amqp-client.ts';
import type { AmqpQueueSettings } from './amqp-options.ts';
import { IdleConnection } from './idle-connection.ts';

/** A message may have been on its way when its sender was stopped, ms. */
const ON_ITS_WAY = 1_000;

/**
 * A queue of a broker that speaks AMQP 0-9-1, such as RabbitMQ. The protocol has no way to take out chosen messages: one
 * would have to take those of others, too, and give them back marked as redelivered. So each message of ours expires, and
 * undo waits until the last one has. `field` names its options.
 */
export function amqpQueue(settings: AmqpQueueSettings, field: string, clock: Clock = systemClock): FloodableQueue {
  const { url, ca, queue, lifetime, message = { id: ID } } = settings;
  const connection = new IdleConnection(async () => {
    const server = await queueServer('amqp', url, `${field}.url`);
    return AmqpClient.open(server, ca === undefined ? {} : { ca });
  }, clock);
  /** By mark of the flood: when the last of its messages has expired. */
  const over = new Map<string, number>();
  const expiresLater = (mark: string): void => void over.set(mark, clock.now() + lifetime + ON_ITS_WAY);
  return {
    path: `AMQP queue ${queue}; nothing is taken out, what still waits expires ${lifetime / 1000} s after it was put in`,
    async put(id, signal) {
      const mark = markOf(id);
      expiresLater(mark);
      const content = textWithId(message, id);
      await connection.use((client) => client.put({ queue, id, mark, content, lifetime }, signal));
      expiresLater(mark);
    },
    async remove(id, signal) {
      const mark = markOf(id);
      // Put in by another process, which is gone by now.
      if (!over.has(mark)) expiresLater(mark);
      await clock.sleep(Math.max(0, (over.get(mark) ?? 0) - clock.now()), { signal });
    },
    async waiting(ids, signal) {
      signal.throwIfAborted();
      const length = await connection.use((client) => client.length(queue));
      const now = clock.now();
      // Which of those that wait are ours cannot be seen; more than wait there are not.
      return ids.filter((id) => (over.get(markOf(id)) ?? Number.POSITIVE_INFINITY) > now).slice(0, length);
    },
    close: () => connection.close(),
  };
}

function markOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'));
}

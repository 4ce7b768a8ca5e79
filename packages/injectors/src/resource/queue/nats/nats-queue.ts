import { ChaosError } from '@bridge/chaos-core';
import type { FloodableQueue } from '../floodable-queue.ts';
import { ID, textWithId } from '../placeholder.ts';
import { KeptConnection } from '../wire/kept-connection.ts';
import { queueServer } from '../wire/queue-url.ts';
import { streamsOf } from './jetstream.ts';
import { NatsClient, type NatsMessage } from './nats-client.ts';
import type { NatsQueueSettings } from './nats-options.ts';
import { natsStream } from './nats-stream.ts';

type Client = () => Promise<NatsClient>;

/** A subject of NATS, kept by a stream or not. `field` names its options. */
export function natsQueue(settings: NatsQueueSettings, field: string): FloodableQueue {
  const { url, ca, subject, stream, message = { id: ID } } = settings;
  const kept = new KeptConnection(async () => {
    const server = await queueServer('nats', url, `${field}.url`);
    return NatsClient.open(server, ca === undefined ? {} : { ca }, new AbortController().signal);
  });
  const client: Client = () => kept.get();
  const made = (id: string): NatsMessage => ({
    subject,
    payload: textWithId(message, id),
    headers: { 'Nats-Msg-Id': id },
  });
  const ask: NatsClient['request'] = async (sent, signal) => (await client()).request(sent, signal);
  const queue = stream === undefined ? natsSubject(subject, made, client) : natsStream(subject, stream, made, ask);
  return { ...queue, close: () => kept.close() };
}

/** Nothing of it stays with the server, so it is refused where a stream would keep it. */
function natsSubject(subject: string, made: (id: string) => NatsMessage, client: Client): FloodableQueue {
  let heard: NatsClient | undefined;
  return {
    path: `NATS subject ${subject}; nothing waits there, and what its listeners got cannot be taken back`,
    passing: true,
    async put(id, signal) {
      const now = await client();
      if (heard === now) return now.publish(made(id), signal);
      if (!(await now.reaches(made(id), signal))) throw nobodyListens(subject);
      heard = now;
    },
    remove: async () => {},
    async waiting(_ids, signal) {
      const now = await client();
      const [stream] = await streamsOf(subject, (message) => now.request(message, signal), signal);
      if (stream === undefined) return [];
      throw new ChaosError(
        'CHAOS_FAULT_IMPOSSIBLE',
        `expected no stream to keep ${subject}, got ${stream}; name it, stream: ${JSON.stringify(stream)}, so that what was put in can be taken out`,
      );
    },
  };
}

function nobodyListens(subject: string): ChaosError {
  return new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `expected somebody to listen to ${subject}, got nobody; start a subscriber first`,
  );
}

import { ChaosError } from '@bridge/chaos-core';
import type { FloodableQueue, Looking } from '../floodable-queue.ts';
import { type Ask, deleteStored, type StreamInfo, store, storedId, streamInfoOf, streamsOf } from './jetstream.ts';
import type { NatsMessage } from './nats-client.ts';

/** Messages that are looked at, at the same time. */
const AT_ONCE = 64;
/** Kept with each message beyond its payload, at most, bytes: subject, id, times. */
const OVERHEAD = 512;

/** A subject that a stream of JetStream keeps. Ours are found by their id, and deleted one by one by their place. */
export function natsStream(
  subject: string,
  stream: string,
  made: (id: string) => NatsMessage,
  ask: Ask,
): FloodableQueue {
  const places = new Map<string, number>();
  const look = async (ids: readonly string[], signal: AbortSignal, { from = '0', enough = Infinity }: Looking = {}) => {
    const { state } = await streamInfoOf(stream, ask, signal);
    const wanted = new Set(ids);
    const there: string[] = [];
    const begin = Math.max(Number(from) + 1, state.first_seq);
    for (let at = begin; at <= state.last_seq && there.length < Math.min(enough, ids.length); at += AT_ONCE) {
      const page = Array.from({ length: Math.min(AT_ONCE, state.last_seq - at + 1) }, (_, index) => at + index);
      const seen = await Promise.all(page.map((seq) => storedId(stream, seq, ask, signal)));
      for (const [index, id] of seen.entries()) {
        if (id === undefined || !wanted.has(id)) continue;
        places.set(id, at + index);
        there.push(id);
      }
    }
    return there;
  };
  return {
    path: `NATS subject ${subject}, stream ${stream}`,
    async begin(signal, messages) {
      const kept = await streamsOf(subject, ask, signal);
      if (!kept.includes(stream)) throw notKept(subject, stream, kept);
      const info = await streamInfoOf(stream, ask, signal);
      requireRoom(stream, info, messages, Buffer.byteLength(made('').payload) + OVERHEAD);
      return String(info.state.last_seq);
    },
    put: (id, signal) => store(made(id), ask, signal),
    async remove(id, signal) {
      if (!places.has(id)) await look([id], signal);
      const place = places.get(id);
      if (place === undefined) return;
      await deleteStored(stream, place, ask, signal);
      places.delete(id);
    },
    waiting: look,
  };
}

/** A stream that drops its oldest messages when it is full would lose those of others, for good. */
function requireRoom(stream: string, { config, state }: StreamInfo, messages: number, size: number): void {
  if (config.discard !== 'old') return;
  const limits = [config.max_msgs, config.max_msgs_per_subject].filter((limit) => limit > 0);
  const room = Math.min(...limits.map((limit) => limit - state.messages), Number.POSITIVE_INFINITY);
  const space = config.max_bytes > 0 ? config.max_bytes - state.bytes : Number.POSITIVE_INFINITY;
  const fits = Math.max(0, Math.min(room, Math.floor(space / size)));
  if (fits >= messages) return;
  throw new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `expected room for ${messages} messages in the stream ${stream}, got ${fits}, and it drops the oldest when full; send fewer, or let it discard new ones`,
  );
}

function notKept(subject: string, stream: string, kept: readonly string[]): ChaosError {
  return new ChaosError(
    'CHAOS_FAULT_IMPOSSIBLE',
    `expected the stream ${stream} to keep ${subject}, got ${kept.join(', ') || 'none'}; name the stream that does`,
  );
}

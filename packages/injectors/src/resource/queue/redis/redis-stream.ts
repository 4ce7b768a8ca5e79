import { ChaosError } from '@bridge/chaos-core';
import type { FloodableQueue, Looking } from '../floodable-queue.ts';
import { ID, withId } from '../placeholder.ts';
import type { RedisQueueSettings } from './redis-options.ts';
import type { Reply } from './resp-reader.ts';
import { textsOf } from './texts-of.ts';

type Send = (command: readonly string[], signal: AbortSignal) => Promise<Reply>;

/** Entries that are read at a time. */
const PAGE = 1_000;

/** A stream of Redis. Entries of ours are found by their fields, from where the stream ended before the flood. */
export function redisStream(stream: string, { fields = { id: ID } }: RedisQueueSettings, send: Send): FloodableQueue {
  const text = (id: string): string => JSON.stringify(fieldsOf(fields, id));
  const found = new Map<string, string>();
  const look = async (ids: readonly string[], signal: AbortSignal, { from = '0-0', enough }: Looking = {}) => {
    const wanted = new Map(ids.map((id) => [text(id), id]));
    const there: string[] = [];
    for await (const [entry, content] of entries(stream, from, send, signal)) {
      const id = wanted.get(JSON.stringify(content));
      if (id === undefined) continue;
      found.set(id, entry);
      there.push(id);
      if (there.length === enough) break;
    }
    return there;
  };
  return {
    path: `Redis stream ${stream}`,
    async begin(signal) {
      // Says so when there is none: a stream made by us would have to be removed, and somebody may use it by then.
      const reply = await send(['XINFO', 'STREAM', stream], signal);
      const at = Array.isArray(reply) ? reply.indexOf('last-generated-id') : -1;
      return Array.isArray(reply) && at !== -1 ? String(reply[at + 1]) : '0-0';
    },
    async put(id, signal) {
      const reply = await send(['XADD', stream, 'NOMKSTREAM', '*', ...fieldsOf(fields, id)], signal);
      if (reply !== null) return;
      throw new ChaosError('CHAOS_FAULT_FAILED', `expected the stream ${stream}, got none; it was removed meanwhile`);
    },
    async remove(id, signal) {
      if (!found.has(id)) await look([id], signal);
      const entry = found.get(id);
      if (entry === undefined) return;
      await send(['XDEL', stream, entry], signal);
      // A worker that was given it has it among its pending entries for ever, else.
      for (const group of await groupsOf(stream, send, signal)) await send(['XACK', stream, group, entry], signal);
      found.delete(id);
    },
    waiting: look,
  };
}

function fieldsOf(fields: Readonly<Record<string, string>>, id: string): readonly string[] {
  return Object.entries(fields).flatMap(([name, value]) => [name, String(withId(value, id))]);
}

async function* entries(stream: string, from: string, send: Send, signal: AbortSignal) {
  for (let next = after(from); ; ) {
    const page = await send(['XRANGE', stream, next, '+', 'COUNT', String(PAGE)], signal);
    const rows: readonly Reply[] = Array.isArray(page) ? page : [];
    for (const row of rows) {
      const [entry, content]: readonly Reply[] = Array.isArray(row) ? row : [];
      if (typeof entry !== 'string') continue;
      next = after(entry);
      yield [entry, textsOf(content)] as const;
    }
    if (rows.length < PAGE) return;
  }
}

/** The smallest id that is greater: servers before 6.2 know no open ranges. */
function after(entry: string): string {
  const [milliseconds = '0', sequence = '0'] = entry.split('-');
  return `${milliseconds}-${BigInt(sequence) + 1n}`;
}

async function groupsOf(stream: string, send: Send, signal: AbortSignal): Promise<readonly string[]> {
  const groups = await send(['XINFO', 'GROUPS', stream], signal);
  if (!Array.isArray(groups)) return [];
  return groups.flatMap((group) => {
    const words = textsOf(group);
    return words[0] === 'name' && words[1] !== undefined ? [words[1]] : [];
  });
}

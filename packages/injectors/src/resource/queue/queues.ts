import { createHash } from 'node:crypto';
import { ChaosError, type Target, type TargetSource } from '@bridge/chaos-core';
import * as z from 'zod';
import { amqpQueue } from './amqp/amqp-queue.ts';
import { commandQueue } from './command-queue.ts';
import type { FloodableQueue } from './floodable-queue.ts';
import { httpQueue } from './http-queue.ts';
import { moduleQueue } from './module-queue.ts';
import { natsQueue } from './nats/nats-queue.ts';
import type { QueueSettings } from './queue-options.ts';
import { redisQueue } from './redis/redis-queue.ts';

const queueQuery = z.string().min(1);

/** The queues that the options name: as targets, and opened. */
export class Queues {
  readonly #settings: Readonly<Record<string, QueueSettings>>;
  readonly #open = new Map<string, FloodableQueue>();

  constructor(settings: Readonly<Record<string, QueueSettings>>) {
    this.#settings = settings;
  }

  get source(): TargetSource<'queue', typeof queueQuery> {
    const named = (name: string): readonly Target[] => {
      const settings = this.#settings[name];
      return settings === undefined ? [] : [targetOf(name, settings)];
    };
    return {
      kind: 'queue',
      query: queueQuery,
      find: async (name) => named(name),
      // A queue that is reached in another way is another one.
      reread: async ({ id, startedAt }) => named(id).find((now) => now.startedAt === startedAt),
      group: async (target) => [target],
    };
  }

  /** Throws `CHAOS_TARGET_UNREACHABLE` for one that the options do not name. */
  get(name: string): FloodableQueue {
    const settings = this.#settings[name];
    if (settings === undefined) {
      throw new ChaosError(
        'CHAOS_TARGET_UNREACHABLE',
        `expected queue ${JSON.stringify(name)} among the queues of resources(), got ${Object.keys(this.#settings).join(', ') || 'none'}; name it again, so that what was put in can be taken out`,
      );
    }
    const found = this.#open.get(name) ?? open(name, settings);
    this.#open.set(name, found);
    return found;
  }

  async close(): Promise<void> {
    const all = [...this.#open.values()];
    this.#open.clear();
    await Promise.all(all.map((queue) => queue.close?.()));
  }
}

function targetOf(name: string, settings: QueueSettings): Target {
  const startedAt = createHash('sha256').update(JSON.stringify(settings)).digest('hex').slice(0, 16);
  return { kind: 'queue', id: name, name, labels: {}, startedAt };
}

function open(name: string, { http, command, module, redis, nats, amqp }: QueueSettings): FloodableQueue {
  if (http !== undefined) return httpQueue(http);
  if (command !== undefined) return commandQueue(command);
  if (redis !== undefined) return redisQueue(redis, `queues.${name}.redis`);
  if (nats !== undefined) return natsQueue(nats, `queues.${name}.nats`);
  if (amqp !== undefined) return amqpQueue(amqp, `queues.${name}.amqp`);
  if (module !== undefined) return moduleQueue(module);
  throw new ChaosError('CHAOS_OPTIONS_INVALID', `queues.${name}: expected one way to reach it, got none`);
}

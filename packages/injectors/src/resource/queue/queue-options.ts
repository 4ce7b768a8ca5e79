import * as z from 'zod';
import { amqpQueueOptions } from './amqp/amqp-options.ts';
import { natsQueueOptions } from './nats/nats-options.ts';
import { ID } from './placeholder.ts';
import { redisQueueOptions } from './redis/redis-options.ts';

const url = z.url({ protocol: /^https?$/ });
const headers = z.record(z.string().min(1), z.string()).default({});
const argv = z.array(z.string().min(1).max(4096)).min(1).max(100);
const naming = (text: string): boolean => text.includes(ID);

const remove = z.strictObject({
  /** Names the message: `http://127.0.0.1:8080/messages/${id}`. */
  url: url.refine((text) => naming(decodeURI(text)), 'expected ${id} in the URL'),
  method: z.string().min(1).default('DELETE'),
});

const http = z.strictObject({
  /** Puts a message in; any 2xx is success. */
  put: z.strictObject({
    url,
    method: z.string().min(1).default('POST'),
    /** Sent as JSON; `${id}` in any text of it is the message's id. */
    body: z
      .json()
      .refine((body) => naming(JSON.stringify(body)), 'expected ${id} in the body')
      .default({ id: ID }),
  }),
  /** Takes a message out; 2xx is success, 404 and 410 mean that it waits no longer. */
  remove,
  /** Answers with the ids of all messages that wait, in whatever format: they are found by their text. */
  list: z.strictObject({ url }),
  headers,
});

const command = z.strictObject({
  /** Program and arguments, run as they are without a shell; `${id}` is the message's id. 5 s each, then killed. */
  put: argv.refine((words) => words.some(naming), 'expected ${id} in an argument'),
  remove: argv.refine((words) => words.some(naming), 'expected ${id} in an argument'),
  /** Prints the ids of all messages that wait, in whatever format. */
  list: argv,
});

const module = z.strictObject({
  /** A module whose default export makes a `FloodableQueue` of `options`: for what is reached by code alone. */
  url: z.url({ protocol: /^(file|data)$/ }).or(z.string().regex(/^(@[\w.-]+\/)?[\w.-]+(\/[\w.-]+)*$/)),
  options: z.json().default(null),
});

/** How the queue of one name is reached: exactly one way. Plain JSON, so that the guardian reaches it, too. */
export const queueOptions = z
  .strictObject({
    http: http.exactOptional(),
    command: command.exactOptional(),
    module: module.exactOptional(),
    redis: redisQueueOptions.exactOptional(),
    nats: natsQueueOptions.exactOptional(),
    amqp: amqpQueueOptions.exactOptional(),
  })
  .refine(
    (ways) => Object.keys(ways).length === 1,
    'expected exactly one way to reach it: http, command, module, redis, nats or amqp',
  );

export type QueueInput = z.input<typeof queueOptions>;
export type QueueSettings = z.output<typeof queueOptions>;
export type HttpQueueSettings = z.output<typeof http>;
export type CommandQueueSettings = z.output<typeof command>;
export type ModuleQueueSettings = z.output<typeof module>;

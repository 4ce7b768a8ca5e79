import * as z from 'zod';
import { ID, message } from '../placeholder.ts';
import { queueUrl } from '../wire/queue-url.ts';

const key = z.string().min(1);
const fields = z
  .record(z.string().min(1), z.string())
  .refine((all) => Object.values(all).some((value) => value.includes(ID)), 'expected ${id} in a field');

/** Exactly one of `list`, `stream` and `channel`. */
export const redisQueueOptions = z
  .strictObject({
    /** `redis://127.0.0.1:6379/0`, `rediss://` for TLS; with a user or password as `{ env }` or `{ file }`. */
    url: queueUrl('redis'),
    /** File with the certificates of the authorities that are trusted, PEM. Default: those that Node trusts. */
    ca: z.string().min(1).exactOptional(),
    list: key.exactOptional(),
    /** Must be there already. */
    stream: key.exactOptional(),
    channel: key.exactOptional(),
    /** The end of a list that is pushed to. Default `left` (LPUSH), for workers that take from the right. */
    push: z.enum(['left', 'right']).exactOptional(),
    /** For a list or channel. Default `{ id: '${id}' }`. */
    message: message.exactOptional(),
    /** Of a stream's entry; `${id}` in any value is the message's id. Default `{ id: '${id}' }`. */
    fields: fields.exactOptional(),
  })
  .refine(
    (given) => [given.list, given.stream, given.channel].filter((name) => name !== undefined).length === 1,
    'expected exactly one of list, stream and channel',
  )
  .refine(({ push, list }) => push === undefined || list !== undefined, onlyWith('push', 'list'))
  .refine((given) => given.fields === undefined || given.stream !== undefined, onlyWith('fields', 'stream'))
  .refine((given) => given.message === undefined || given.stream === undefined, onlyWith('message', 'list or channel'));
export type RedisQueueSettings = z.output<typeof redisQueueOptions>;

function onlyWith(option: string, place: string) {
  return { path: [option], error: `expected ${option} only with ${place}` };
}

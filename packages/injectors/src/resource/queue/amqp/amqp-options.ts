import { duration } from '@bridge/chaos-core';
import * as z from 'zod';
import { message } from '../placeholder.ts';
import { queueUrl } from '../wire/queue-url.ts';

export const amqpQueueOptions = z.strictObject({
  /** `amqp://127.0.0.1:5672/vhost`, `amqps://` for TLS; with user and password as `{ env }` or `{ file }`. */
  url: queueUrl('amqp'),
  /** File with the certificates of the authorities that are trusted, PEM. Default: those that Node trusts. */
  ca: z.string().min(1).exactOptional(),
  /** Must be there already. */
  queue: z.string().min(1).max(255),
  /**
   * After so long the broker drops a message of ours that still waits. Undo takes as long, at most: keep it below
   * `limits.revert`. 1 s to 1 h, default 20 s.
   */
  lifetime: duration.refine((ms) => ms >= 1_000 && ms <= 3_600_000, 'expected 1 s to 1 h').default(20_000),
  /** Default `{ id: '${id}' }`. The id is the property message-id as well. */
  message: message.exactOptional(),
});
export type AmqpQueueSettings = z.output<typeof amqpQueueOptions>;

import * as z from 'zod';
import { message } from '../placeholder.ts';
import { queueUrl } from '../wire/queue-url.ts';

export const natsQueueOptions = z.strictObject({
  /** `nats://127.0.0.1:4222`, `tls://` for TLS; with user and password, or a token in place of the user, as `{ env }` or `{ file }`. */
  url: queueUrl('nats'),
  /** File with the certificates of the authorities that are trusted, PEM. Default: those that Node trusts. */
  ca: z.string().min(1).exactOptional(),
  /** What is published to. */
  subject: z.string().regex(/^[^\s.*>]+(\.[^\s.*>]+)*$/, 'expected a subject without wildcards and spaces'),
  /** The stream that keeps the subject. Without one, messages reach whoever listens, and nothing waits. */
  stream: z
    .string()
    .regex(/^[^\s.*>/\\]+$/, 'expected the name of a stream')
    .exactOptional(),
  /** Default `{ id: '${id}' }`. The id is the header Nats-Msg-Id as well. */
  message: message.exactOptional(),
});
export type NatsQueueSettings = z.output<typeof natsQueueOptions>;

import { createHmac } from 'node:crypto';
import { type DurationInput, milliseconds } from '../../duration.ts';
import { ChaosError, messageOf } from '../../errors.ts';
import type { BacklogSink } from './backlog-item.ts';

export interface WebhookBacklogOptions {
  readonly url: string | URL;
  /** Signs the body: header `x-chaos-signature: sha256=<HMAC-SHA-256, hexadecimal>`. */
  readonly secret?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** For the whole exchange. Default 10 s. */
  readonly timeout?: DurationInput;
}

/**
 * Posts every change as `{ kind, item }` in JSON. Anything but a 2xx answer is a failure; redirects are not followed.
 * The header `idempotency-key` names item and state, so that a change that is told twice can be told from two.
 */
export function webhookBacklog({ url, secret, headers, timeout = '10s' }: WebhookBacklogOptions): BacklogSink {
  const address = new URL(url);
  const limit = milliseconds(timeout);
  return {
    name: `webhook ${address.origin}`,
    async put(change) {
      const body = JSON.stringify(change);
      const { id, occurrences } = change.item;
      const response = await post(
        address,
        limit,
        {
          ...headers,
          'content-type': 'application/json',
          'idempotency-key': `${id}-${change.kind}-${occurrences}`,
          ...(secret === undefined ? {} : { 'x-chaos-signature': signature(secret, body) }),
        },
        body,
      );
      await response.body?.cancel();
      if (!response.ok) {
        throw new ChaosError(
          'CHAOS_BACKLOG_FAILED',
          `expected ${address.origin} to answer 2xx, got ${response.status}`,
        );
      }
    },
  };
}

function signature(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

async function post(url: URL, limit: number, headers: Record<string, string>, body: string): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: AbortSignal.timeout(limit) });
  } catch (cause) {
    const message = `expected ${url.origin} to take a backlog item within ${limit} ms: ${messageOf(cause)}`;
    throw new ChaosError('CHAOS_BACKLOG_FAILED', message, { cause });
  }
}

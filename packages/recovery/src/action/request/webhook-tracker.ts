import { failed } from '../action-failure.ts';
import type { Tracker } from './tracker.ts';

export interface WebhookOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends requests as JSON to a URL: POST to open, DELETE to withdraw, both with the header `Idempotency-Key`. The answer
 * may be JSON with a `reference`; without one the key is the reference. Redirects are not followed.
 */
export function webhookTracker({ url, headers = {} }: WebhookOptions): Tracker {
  const send = async (method: string, key: string, body: object, signal: AbortSignal): Promise<Response> => {
    const response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', ...headers, 'idempotency-key': key },
      body: JSON.stringify(body),
      redirect: 'error',
      signal,
    });
    if (response.ok || (method === 'DELETE' && response.status === 404)) return response;
    throw failed('webhook', `expected a 2xx answer to ${method} ${new URL(url).origin}, got ${response.status}`);
  };
  return {
    async open(request, signal) {
      const response = await send('POST', request.idempotencyKey, request, signal);
      const text = await response.text();
      return { reference: referenceIn(text) ?? request.idempotencyKey };
    },
    async withdraw(idempotencyKey, signal) {
      await send('DELETE', idempotencyKey, { idempotencyKey }, signal);
    },
  };
}

function referenceIn(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    const reference = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'reference') : undefined;
    return typeof reference === 'string' ? reference : undefined;
  } catch {
    // An answer that is no JSON is fine: nothing was promised.
    return undefined;
  }
}

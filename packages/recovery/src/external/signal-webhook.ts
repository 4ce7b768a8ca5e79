import { createHash, timingSafeEqual } from 'node:crypto';
import { ChaosError } from '@bridge/chaos-core';
import type { SignalSink } from '../event/signal-sink.ts';
import { foreignSignals } from './foreign-signals.ts';

export interface SignalWebhookOptions {
  /** Shared secret, at least 16 characters; callers send `authorization: Bearer <token>`. */
  readonly token: string;
}

/** A fetch-style handler: mount it in any framework, or behind `node:http` with an adapter. Never rejects. */
export type SignalWebhook = (request: Request) => Promise<Response>;

const LARGEST = 2 ** 20;
const LEAST_TOKEN = 16;

/**
 * Takes what external monitors and healers tell by POST, so that reports know when the system noticed (`trigger`) and acted
 * (`playbook`). Bodies: `{ kind, name, data }`, or Alertmanager's webhook. The time of a signal is that of its arrival.
 * Answers 202, 400, 401, 405 or 413.
 *
 * @throws {ChaosError} CHAOS_OPTIONS_INVALID for a token that is too short.
 */
export function signalWebhook(sink: SignalSink, { token }: SignalWebhookOptions): SignalWebhook {
  if (token.length < LEAST_TOKEN) {
    const message = `expected a token of at least ${LEAST_TOKEN} characters, got ${token.length}`;
    throw new ChaosError('CHAOS_OPTIONS_INVALID', message, { details: { path: 'token' } });
  }
  const expected = digest(`Bearer ${token}`);
  return async (request) => {
    if (request.method !== 'POST') return refusal(405, 'expected POST', { allow: 'POST' });
    // Digests have one length, which the comparison needs.
    if (!timingSafeEqual(digest(request.headers.get('authorization') ?? ''), expected)) {
      return refusal(401, 'expected authorization: Bearer <token>', { 'www-authenticate': 'Bearer' });
    }
    const text = await boundedText(request);
    if (text === undefined) return refusal(413, `expected a body of at most ${LARGEST} bytes`);
    const signals = foreignSignals(text);
    if ('complaint' in signals) return refusal(400, signals.complaint);
    for (const signal of signals) sink.signal(signal);
    return Response.json({ accepted: signals.length }, { status: 202 });
  };
}

function refusal(status: number, error: string, headers: Readonly<Record<string, string>> = {}): Response {
  return Response.json({ error }, { status, headers });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Undefined when there is more than is taken; a body that breaks off is taken as far as it came. */
async function boundedText({ body }: Request): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body ?? []) {
      length += chunk.byteLength;
      if (length > LARGEST) return undefined;
      chunks.push(chunk);
    }
  } catch {
    // What came is no JSON then, and is refused as such.
    return Buffer.concat(chunks).toString('utf8');
  }
  return Buffer.concat(chunks).toString('utf8');
}

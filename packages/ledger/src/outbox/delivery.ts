import { ChaosError, type Clock, deadline, messageOf } from '@bridge/chaos-core';
import pRetry, { type RetryContext } from 'p-retry';

/** How one destination is reached. Durations in milliseconds. */
export interface DeliveryOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of one request. Default 10,000. */
  readonly timeout?: number;
  readonly retry?: {
    /** First pause; it doubles, with jitter. Default 100. */
    readonly first?: number;
    /** Longest pause. Default 30,000. */
    readonly longest?: number;
  };
  readonly breaker?: {
    /** After so many failures in a row nothing is sent for a while. Default 8. */
    readonly failures?: number;
    /** For how long. Default 30,000. */
    readonly pause?: number;
  };
}

/** What the other side answered; network errors and 5xx never get here, they are retried. */
export interface Reply {
  readonly status: number;
  readonly text: string;
}

export interface DeliveryEvents {
  /** A request failed and will be repeated. */
  failed(attempt: number, reason: string): void;
  /** Nothing is sent for `pause` ms. */
  open(pause: number): void;
}

/** A failure that passes: no answer, 408, 425, 429, 5xx. */
class Transient extends Error {
  readonly retryAfter: number;
  constructor(message: string, retryAfter: number, options?: ErrorOptions) {
    super(message, options);
    this.retryAfter = retryAfter;
  }
}

/** Longest Retry-After that is obeyed: an hour. */
const LONGEST_WAIT = 3_600_000;

/** Posts until somebody answers for good. Rejects only when the signal fires. */
export function deliver(
  path: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
  options: DeliveryOptions,
  { clock, signal, events }: { readonly clock: Clock; readonly signal: AbortSignal; readonly events: DeliveryEvents },
): Promise<Reply> {
  const { failures = 8, pause = 30_000 } = options.breaker ?? {};
  const onFailedAttempt = async ({ attemptNumber, error }: RetryContext): Promise<void> => {
    events.failed(attemptNumber, messageOf(error));
    const tripped = attemptNumber % failures === 0;
    if (tripped) events.open(pause);
    const wait = Math.max(error instanceof Transient ? error.retryAfter : 0, tripped ? pause : 0);
    if (wait > 0) await clock.sleep(wait, { signal, ref: false });
  };
  return pRetry(() => post(path, body, headers, options, clock, signal), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: options.retry?.first ?? 100,
    maxTimeout: options.retry?.longest ?? 30_000,
    factor: 2,
    randomize: true,
    unref: true,
    signal,
    onFailedAttempt,
    shouldRetry: ({ error }) => error instanceof Transient,
  });
}

async function post(
  path: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>>,
  options: DeliveryOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Reply> {
  const timeout = options.timeout ?? 10_000;
  using limit = deadline(clock, timeout, signal);
  const url = `${options.url.replace(/\/$/, '')}${path}`;
  const request = {
    method: 'POST',
    body,
    headers: { ...headers, ...options.headers },
    signal: limit.signal,
  };
  let reply: Reply;
  let retryAfter: string | null;
  try {
    const response = await fetch(url, request);
    retryAfter = response.headers.get('retry-after');
    reply = { status: response.status, text: await response.text() };
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new Transient(`${url}: ${messageOf(cause)}`, 0, { cause });
  }
  const { status } = reply;
  if (status >= 500 || status === 429 || status === 408 || status === 425) {
    throw new Transient(`${url} answered ${status}`, waitOf(retryAfter, clock));
  }
  return reply;
}

/** Seconds or an HTTP date (RFC 9110, section 10.2.3), as milliseconds. */
function waitOf(retryAfter: string | null, clock: Clock): number {
  if (retryAfter === null) return 0;
  const wait = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - clock.wall();
  return Number.isFinite(wait) ? Math.min(Math.max(wait, 0), LONGEST_WAIT) : 0;
}

/** The destination does not accept us, and never will without somebody changing something. */
export function refusedBy(destination: string, { status, text }: Reply): ChaosError {
  return new ChaosError(
    'CHAOS_LEDGER_UNREACHABLE',
    `expected ${destination} to accept the log, it answered ${status}: ${text.trim().slice(0, 200)}; is the log's key known there?`,
    { details: { status } },
  );
}

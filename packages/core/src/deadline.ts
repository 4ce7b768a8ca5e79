import type { Clock } from './clock.ts';

/**
 * A signal that aborts with `signal`, or after `limit` milliseconds. Dispose it when the work is done: after that it ends
 * no more.
 *
 * Not `AbortSignal.any`: what that gives is kept alive for as long as it has a listener and `signal` lives, which is for
 * ever where looks go on and on.
 */
export function deadline(
  clock: Clock,
  limit: number,
  signal: AbortSignal,
): Disposable & { readonly signal: AbortSignal } {
  const limited = new AbortController();
  const end = (): void => limited.abort(signal.reason);
  if (signal.aborted) end();
  signal.addEventListener('abort', end, { once: true });
  const tooLate = (): void =>
    limited.abort(new DOMException(`no answer within ${Math.round(limit)} ms`, 'TimeoutError'));
  const timer = clock.timer(limit, tooLate, { ref: false });
  return {
    signal: limited.signal,
    [Symbol.dispose]() {
      timer[Symbol.dispose]();
      signal.removeEventListener('abort', end);
    },
  };
}

import type { Clock } from '@bridge/chaos-core';

/** A signal that aborts with `signal`, or after `limit` milliseconds. Dispose it when the work is done. */
export function deadline(
  clock: Clock,
  limit: number,
  signal: AbortSignal,
): Disposable & { readonly signal: AbortSignal } {
  const tooLate = new AbortController();
  const reason = new DOMException(`no answer within ${limit} ms`, 'TimeoutError');
  const timer = clock.timer(limit, () => tooLate.abort(reason), { ref: false });
  return {
    signal: AbortSignal.any([signal, tooLate.signal]),
    [Symbol.dispose]: () => timer[Symbol.dispose](),
  };
}

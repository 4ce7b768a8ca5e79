import { ChaosError, messageOf } from '../errors.ts';
import type { AbortCause } from './abort-cause.ts';

/** Ends a run early. The first cause counts; the signal carries a `CHAOS_RUN_ABORTED` error. */
export class AbortSwitch {
  readonly #controller = new AbortController();
  #cause: AbortCause | null = null;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cause(): AbortCause | null {
    return this.#cause;
  }

  abort(cause: AbortCause): void {
    if (this.#cause !== null) return;
    this.#cause = cause;
    const { code, sentence } = cause;
    this.#controller.abort(new ChaosError('CHAOS_RUN_ABORTED', sentence, { details: { cause: code } }));
  }

  /** Follows another signal until the answer is disposed. */
  follow(signal: AbortSignal): Disposable {
    const onAbort = (): void => this.abort({ code: 'requested', sentence: messageOf(signal.reason), numbers: {} });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    return { [Symbol.dispose]: () => signal.removeEventListener('abort', onAbort) };
  }
}

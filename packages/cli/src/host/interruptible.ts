import type { Io } from '../terminal/io.ts';
import { remark } from '../terminal/print.ts';

/** A signal that aborts when this program is told to end; until it is disposed such a signal does not end it. */
export interface Interruptible extends Disposable {
  readonly signal: AbortSignal;
}

export function interruptible(io: Io): Interruptible {
  const abort = new AbortController();
  const listening = io.onSignal((name) => {
    remark(io, abort.signal.aborted ? 'still putting back what was broken' : `${name}: putting everything back`);
    abort.abort(new Error(`told to end by ${name}`));
  });
  return { signal: abort.signal, [Symbol.dispose]: () => listening[Symbol.dispose]() };
}

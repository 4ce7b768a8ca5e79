import type { Io } from '../terminal/io.ts';
import { remark } from '../terminal/print.ts';

/** A signal that aborts when this program is told to end; until it is disposed such a signal does not end it. */
export interface Interruptible extends Disposable {
  readonly signal: AbortSignal;
}

/** `say` tells that a signal came; by default as a remark. */
export function interruptible(io: Io, say = (text: string): void => remark(io, text)): Interruptible {
  const abort = new AbortController();
  const listening = io.onSignal((name) => {
    say(abort.signal.aborted ? 'still putting back what was broken' : `${name}: putting everything back`);
    abort.abort(new Error(`told to end by ${name}`));
  });
  return { signal: abort.signal, [Symbol.dispose]: () => listening[Symbol.dispose]() };
}

import type { Leadership, Standing } from './leadership.ts';

type Leading = Extract<Standing, { role: 'leader' }>;

/** Resolves with the next term above `above`, or undefined when the signal comes first. */
function nextTerm(leadership: Leadership, above: bigint, signal: AbortSignal): Promise<Leading | undefined> {
  return new Promise((resolve) => {
    const look = (standing: Standing): void => {
      if (standing.role === 'leader' && standing.term > above) finish(standing);
    };
    const listening = leadership.onChange(look);
    const finish = (standing: Leading | undefined): void => {
      listening[Symbol.dispose]();
      signal.removeEventListener('abort', onAbort);
      resolve(standing);
    };
    const onAbort = (): void => finish(undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    else look(leadership.standing);
  });
}

/**
 * Runs the task once in every term this replica leads, until `signal` is aborted: in a fleet, this is where runs are
 * scheduled. The task gets a signal that ends with the term; give it to `engine.run()` and everything it started ends
 * and is reverted when leadership is lost. Rejects when the task does, other than by that signal.
 */
export async function whileLeading(
  leadership: Leadership,
  task: (term: { readonly number: bigint; readonly signal: AbortSignal }) => Promise<void>,
  { signal }: { readonly signal: AbortSignal },
): Promise<void> {
  for (let above = -1n; ; ) {
    const standing = await nextTerm(leadership, above, signal);
    if (standing === undefined) return;
    above = standing.term;
    const term = { number: standing.term, signal: AbortSignal.any([standing.signal, signal]) };
    try {
      await task(term);
    } catch (error) {
      if (!term.signal.aborted) throw error;
    }
  }
}

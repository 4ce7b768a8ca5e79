import { AsyncLocalStorage } from 'node:async_hooks';
import { processWide } from '../process-wide.ts';

/** What is known of the request that the current code runs for. */
export interface RequestContext {
  readonly mark?: string;
  /** Id of the fault whose sentinel this is. */
  readonly sentinel?: string;
}

export const requestContext = processWide('requests', () => new AsyncLocalStorage<RequestContext>());

/**
 * Marks everything that `body` does, awaits and starts: faults with `scope: 'marked'` hit it, and nothing else. The
 * name lets a fault pick one kind of request with `scope: { marked: name }`.
 */
export function marked<Result>(name: string, body: () => Result): Result {
  return requestContext.run({ mark: name }, body);
}

/** The mark of the request that the current code runs for. */
export function currentMark(): string | undefined {
  return requestContext.getStore()?.mark;
}

/** Runs `body` as the sentinel of a fault: only that fault answers it, and it answers at once. */
export function asSentinel<Result>(id: string, body: () => Result): Result {
  return requestContext.run({ sentinel: id }, body);
}

/** A queue as a flood sees it. Every verb bears being called twice, and ids that it does not know. */
export interface FloodableQueue {
  /** Puts one message in that can be told apart by its id. Rejects when the queue does not take it. */
  put(id: string, signal: AbortSignal): Promise<void>;
  /** Takes one out that waits. What waits no longer is left as it is. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** Those of the ids that wait, in any order. */
  waiting(ids: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
}

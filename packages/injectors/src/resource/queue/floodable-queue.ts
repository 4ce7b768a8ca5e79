/** A queue as a flood sees it. Every verb bears being called twice, and ids that it does not know. */
export interface FloodableQueue {
  /** How it is reached, for plans and reports, with what cannot be taken back. No secrets. */
  readonly path?: string;
  /** Nothing waits in it: whoever listens gets the messages at once. The flood is in effect while it goes on. */
  readonly passing?: boolean;
  /** Where it ends now: written down before the first message is put in, and given to `waiting`. */
  begin?(signal: AbortSignal): Promise<string>;
  /** Puts one message in that can be told apart by its id. Rejects when the queue does not take it. */
  put(id: string, signal: AbortSignal): Promise<void>;
  /** Takes one out that waits. What waits no longer is left as it is. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** Those of the ids that wait, in any order. Asked with none, whether it can be flooded: rejects when not. */
  waiting(ids: readonly string[], signal: AbortSignal, from?: string): Promise<readonly string[]>;
  /** Ends its connection. */
  close?(): Promise<void>;
}

/** For so long a message may still come in whose sender was killed, gave up or was told that it failed, ms. */
export const SETTLE = 5_000;

export interface Looking {
  /** What `begin` answered: nothing that was put in since lies before it. */
  readonly from?: string;
  /** So many of them are enough to know of. Default: all. */
  readonly enough?: number;
}

/** A queue as a flood sees it. Every verb bears being called twice, and ids that it does not know. */
export interface FloodableQueue {
  /** How it is reached, for plans and reports, with what cannot be taken back. No secrets. */
  readonly path?: string;
  /** Nothing waits in it: whoever listens gets the messages at once. The flood is in effect while it goes on. */
  readonly passing?: boolean;
  /** Where it ends now: written down before the first of so many messages is put in. Rejects when it has no room for them. */
  begin?(signal: AbortSignal, messages: number): Promise<string>;
  /** Puts one message in that can be told apart by its id. Rejects when the queue does not take it. */
  put(id: string, signal: AbortSignal): Promise<void>;
  /** Takes one out that waits. What waits no longer is left as it is. */
  remove(id: string, signal: AbortSignal): Promise<void>;
  /** Those of the ids that wait, in any order. Asked with none, whether it can be flooded: rejects when not. */
  waiting(ids: readonly string[], signal: AbortSignal, looking?: Looking): Promise<readonly string[]>;
  /** Ends its connection. */
  close?(): Promise<void>;
}

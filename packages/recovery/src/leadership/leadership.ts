/** What a leader is about to do, as the fence records it before it is done. */
export interface LeaderAction {
  /**
   * The same for the same deed, whoever does it: target, incarnation and attempt. A key that was begun once is never
   * granted again, under no term: this is what makes doing it twice impossible.
   */
  readonly key: string;
  /** For people: "restart container web (4f1c…)". */
  readonly what: string;
  /** Upper bound of the deed in milliseconds. Granted only when leadership lasts longer than this. */
  readonly timeout: number;
}

/** How a granted action ended. */
export type LeaderActionOutcome = 'done' | 'failed' | 'abandoned';

/** A deed that was begun under some term. */
export interface PastDeed {
  readonly key: string;
  /** Milliseconds since it was begun, by the clock of whoever recorded it. */
  readonly age: number;
  /** Null while it is under way, or when its leader died. */
  readonly outcome: LeaderActionOutcome | null;
}

/** The fence's answer. `refused` is final for this key where `reason` is `already-begun`; the others may change. */
export type Grant =
  | { readonly granted: true; finish(outcome: LeaderActionOutcome): Promise<void> }
  | {
      readonly granted: false;
      readonly reason: 'not-leader' | 'too-little-time' | 'already-begun' | 'unreachable';
      readonly detail: string;
    };

/**
 * What this replica is now.
 * - `leader`: acts. `alone` when there is no other replica that could be the witness.
 * - `witness`: another replica holds the term, or nobody does for the moment.
 * - `unknown`: the lease cannot be read. Nobody acts without knowing.
 */
export type Standing =
  | {
      readonly role: 'leader';
      /** Fencing token: rises with every change of holder, never falls. */
      readonly term: bigint;
      readonly alone: boolean;
      /** Aborted when the term is lost or doubtful. Whatever runs under it stops. */
      readonly signal: AbortSignal;
    }
  | { readonly role: 'witness'; readonly term: bigint | null; readonly leader: string | null }
  | { readonly role: 'unknown'; readonly reason: string };

/**
 * Who of several replicas acts. Reading `standing` costs nothing and never throws; a database that is slow or gone
 * shows as `unknown`.
 */
export interface Leadership {
  readonly standing: Standing;
  /** Calls back after every change of the standing, until disposed. A listener must not throw. */
  onChange(listener: (standing: Standing) => void): Disposable;
  /** Asks the fence for one deed, durably, before it is done. Never throws: a fence that does not answer refuses. */
  begin(action: LeaderAction): Promise<Grant>;
  /** Gives the term up, if held, and stops campaigning. */
  close(): Promise<void>;
}

/** A leadership that knows what was begun before, by whomever: what makes budgets hold over a change of the leader. */
export interface RememberingLeadership {
  /** Deeds whose key begins with `prefix` and that were begun within so many ms, oldest first. Rejects without an answer. */
  past(prefix: string, within: number): Promise<readonly PastDeed[]>;
}

export function isRemembering(leadership: object): leadership is RememberingLeadership {
  return 'past' in leadership && typeof leadership.past === 'function';
}

import type { LeaderAction, LeaderActionOutcome, PastDeed } from './leadership.ts';

/** Who asks for a lease. */
export interface Bid {
  /** Name of the lease: one leader per name. */
  readonly name: string;
  /** Unique per elector and life, so that nobody mistakes another's lease for his own. */
  readonly holder: string;
  /** Milliseconds the lease lasts without renewal. */
  readonly ttl: number;
}

/** A lease that was granted. */
export interface Tenure extends Bid {
  /** Fencing token: rises with every grant, never falls. */
  readonly term: bigint;
}

/** What a holder asks for with each request of his term. */
export interface Hold {
  /** Milliseconds the lease is wanted for from now on: the ttl, or longer while a deed lasts longer. */
  readonly span: number;
  /** Rises with every request of a term; one that arrives after a later one is void. */
  readonly request: number;
}

export type Acquisition =
  | { readonly acquired: true; readonly term: bigint; readonly alone: boolean }
  | {
      readonly acquired: false;
      readonly term: bigint;
      /** Null when nobody holds it, but another was faster. */
      readonly holder: string | null;
      /** Milliseconds until it may be free: when to ask again at the latest. */
      readonly retryIn: number;
    };

/** `held: false`: the lease is lost for good. */
export type Renewal = { readonly held: true; readonly alone: boolean } | { readonly held: false };

/** The fence's answer to one deed. `stale`: the term has passed. `repeated`: the key was begun before. */
export type Fenced =
  | { readonly outcome: 'begun'; readonly id: string }
  | { readonly outcome: 'stale' }
  | { readonly outcome: 'repeated' };

/** Who holds a lease now. */
export interface LeaseHolder {
  readonly holder: string;
  readonly term: bigint;
  /** Milliseconds until it ends without renewal; null when it lasts as long as its holder's process. */
  readonly left: number | null;
}

/**
 * Where leases are kept, and the record of deeds that they fence. A method that rejects did not get an answer: what it
 * asked for may have happened or not.
 */
export interface LeaseStore {
  /** Asks once. A lease that this very holder has already is granted again, under a new term. */
  acquire(bid: Bid): Promise<Acquisition>;
  renew(tenure: Tenure, hold: Hold): Promise<Renewal>;
  /** Frees the lease at once, if it is still this one. */
  resign(tenure: Tenure): Promise<void>;
  current(name: string): Promise<LeaseHolder | null>;
  /** Records a deed in the same step in which the lease is seen to be held, and renews it. */
  begin(tenure: Tenure, action: LeaderAction, hold: Hold): Promise<Fenced>;
  finish(id: string, outcome: LeaderActionOutcome): Promise<void>;
  /** Deeds of this lease whose key begins with `prefix` and that were begun within so many ms, oldest first. */
  past(name: string, prefix: string, within: number): Promise<readonly PastDeed[]>;
  /** The holder campaigns no more. */
  leave(bid: Bid): Promise<void>;
}

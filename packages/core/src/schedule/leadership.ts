/** What a leader is about to do, as a fence records it. */
interface LeaderDeed {
  readonly key: string;
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number;
}

type FenceAnswer =
  | { readonly granted: true; finish(outcome: 'done' | 'failed' | 'abandoned'): Promise<void> }
  | { readonly granted: false; readonly reason: string; readonly detail: string };

/**
 * Who of several replicas schedules. The `Leadership` of `@bridge/chaos-recovery` is one: its fence grants each tick
 * once, whoever leads. Reading `standing` costs nothing and never throws.
 */
export interface FencedLeadership {
  readonly standing:
    | { readonly role: 'leader'; readonly signal: AbortSignal }
    | { readonly role: 'witness' | 'unknown' };
  /** The same key is never granted twice. Never throws. */
  begin(deed: LeaderDeed): Promise<FenceAnswer>;
}

/** A leadership with a fence, or a function that knows whether this replica leads. */
export type SchedulingLeadership = FencedLeadership | (() => boolean);

/** Claiming a tick is one statement; what is done in it ends with the leadership's signal, not with this. */
const CLAIM = 5_000;

/** What a schedule asks its leadership. */
export class LeadingReplica {
  readonly #leadership: SchedulingLeadership | undefined;
  /** The term at the last look. */
  #seen: AbortSignal | 'endless' | undefined;

  /** Without a leadership this replica is the only one. */
  constructor(leadership: SchedulingLeadership | undefined) {
    this.#leadership = leadership;
  }

  get leads(): boolean {
    return this.#term !== undefined;
  }

  /** Whether this replica leads, and whether it is another term than at the last look: others may have led in between. */
  look(): 'following' | 'new-leader' | 'leading' {
    const term = this.#term;
    const isNew = term !== this.#seen;
    this.#seen = term;
    if (term === undefined) return 'following';
    return isNew ? 'new-leader' : 'leading';
  }

  /** Aborted when leadership is lost; undefined when there is nothing to lose, or nothing that tells. */
  get signal(): AbortSignal | undefined {
    const term = this.#term;
    return term === 'endless' ? undefined : term;
  }

  /** Takes one tick for this replica. Answers why not, or undefined when it is taken. */
  async claim(key: string, what: string): Promise<string | undefined> {
    const leadership = this.#leadership;
    if (leadership === undefined || typeof leadership === 'function') {
      return this.leads ? undefined : 'this replica does not lead any more';
    }
    const answer = await leadership.begin({ key, what, timeout: CLAIM });
    if (!answer.granted) return `${answer.reason}: ${answer.detail}`;
    await answer.finish('done');
    return undefined;
  }

  get #term(): AbortSignal | 'endless' | undefined {
    const leadership = this.#leadership;
    if (leadership === undefined) return 'endless';
    if (typeof leadership === 'function') return leadership() ? 'endless' : undefined;
    const { standing } = leadership;
    return standing.role === 'leader' ? standing.signal : undefined;
  }
}

import {
  type Clock,
  type DurationInput,
  freshId,
  freshSeed,
  type Logger,
  messageOf,
  milliseconds,
  seededRandom,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { beginUnder } from './fence.ts';
import type { Grant, LeaderAction, Leadership, PastDeed, RememberingLeadership, Standing } from './leadership.ts';
import type { Acquisition, Bid, LeaseHolder, LeaseStore, Tenure } from './lease-store.ts';
import { StandingBoard } from './standing-board.ts';
import { Term } from './term.ts';

export interface LeaderElectorOptions {
  /** `postgresLeases()`, `fileLeases()` or, for tests, `memoryLeases()`. */
  readonly leases: LeaseStore;
  /** One leader per name. Default `chaos`. */
  readonly name?: string;
  /** Name of this replica; the standing of the others names it as leader. */
  readonly node: string;
  /**
   * How long a lease lasts without renewal. Renewed every third of it; given up after two thirds without an answer. While
   * a deed is under way that may take longer, the lease lasts as long as the deed may. Default 15 s.
   */
  readonly ttl?: DurationInput;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** Longest pause between two looks at a lease that another holds, ms: what failover takes beyond the TTL. */
const LOOK_AGAIN = 500;

/** The name of the replica in the name of a holder. */
export function nodeOf(holder: string): string {
  return holder.replace(/\/[^/]*$/, '');
}

/**
 * Campaigns for one lease as long as it lives, and says what this replica is. Never keeps the process alive; never throws
 * because of its store: one that does not answer shows as `unknown`.
 */
export class LeaderElector implements Leadership, RememberingLeadership, AsyncDisposable {
  readonly #leases: LeaseStore;
  readonly #bid: Bid;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random = seededRandom(freshSeed());
  readonly #closing = new AbortController();
  readonly #board: StandingBoard;
  #term: Term | undefined;
  #campaign: Promise<void> = Promise.resolve();

  private constructor(options: LeaderElectorOptions) {
    const { leases, name = 'chaos', node, ttl = '15s', clock = systemClock, logger = silentLogger } = options;
    this.#leases = leases;
    this.#bid = { name, holder: `${node}/${freshId('life')}`, ttl: milliseconds(ttl) };
    this.#clock = clock;
    this.#log = logger;
    this.#board = new StandingBoard(logger);
  }

  /** Begins to campaign. */
  static start(options: LeaderElectorOptions): LeaderElector {
    const elector = new LeaderElector(options);
    elector.#campaign = elector.#run();
    return elector;
  }

  get standing(): Standing {
    // After a long stall this may be asked before the timer that ends the term has had its turn.
    if (this.#term !== undefined && this.#term.left === 0) this.#term.end('the process was stalled');
    return this.#board.standing;
  }

  onChange(listener: (standing: Standing) => void): Disposable {
    return this.#board.onChange(listener);
  }

  /** Who holds the lease now, as the store says. Rejects when it does not answer. */
  current(): Promise<LeaseHolder | null> {
    return this.#leases.current(this.#bid.name);
  }

  begin(action: LeaderAction): Promise<Grant> {
    const { standing } = this;
    const term = standing.role === 'leader' ? this.#term : undefined;
    return beginUnder(term, action, { leases: this.#leases, log: this.#log });
  }

  past(prefix: string, within: number): Promise<readonly PastDeed[]> {
    return this.#leases.past(this.#bid.name, prefix, within);
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return await this.#campaign;
    this.#closing.abort();
    await this.#campaign;
    await this.#leases.leave(this.#bid).catch((error: unknown) => this.#warn(error, 'it will lapse by itself'));
    this.#board.become({ role: 'witness', term: null, leader: null });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #run(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const askedAt = this.#clock.now();
      try {
        const answer = await this.#leases.acquire(this.#bid);
        if (answer.acquired) await this.#lead(answer, askedAt);
        else await this.#watch(answer);
      } catch (error) {
        this.#board.become({ role: 'unknown', reason: messageOf(error) });
        await this.#pause(this.#lookAgain);
      }
    }
  }

  get #lookAgain(): number {
    return Math.min(LOOK_AGAIN, this.#bid.ttl / 10);
  }

  async #watch({ term, holder, retryIn }: Extract<Acquisition, { acquired: false }>): Promise<void> {
    this.#board.become({ role: 'witness', term, leader: holder === null ? null : nodeOf(holder) });
    // A little chance keeps the replicas from asking all at once when the lease ends.
    await this.#pause(Math.min(this.#lookAgain, retryIn) * (0.9 + 0.2 * this.#random.next()));
  }

  /** Resolves when the term is over. */
  async #lead({ term: number, alone }: Extract<Acquisition, { acquired: true }>, askedAt: number): Promise<void> {
    const tenure: Tenure = { ...this.#bid, term: number };
    const term = new Term(tenure, this.#clock, askedAt, (reason) => this.#lost(reason));
    this.#term = term;
    this.#board.become({ role: 'leader', term: number, alone, signal: term.signal });
    let pause = this.#bid.ttl / 3;
    for (;;) {
      await this.#pause(pause, term.signal);
      if (term.signal.aborted) return;
      if (this.#closing.signal.aborted) break;
      pause = await this.#renew(term);
    }
    term.end('given up');
    await this.#leases.resign(tenure).catch((error: unknown) => this.#warn(error, 'it will lapse by itself'));
  }

  #lost(reason: string): void {
    this.#term = undefined;
    this.#board.become({ role: 'unknown', reason });
  }

  /** Resolves with the milliseconds until the next renewal. */
  async #renew(term: Term): Promise<number> {
    try {
      const renewal = await term.ask((hold) => this.#leases.renew(term.tenure, hold));
      if (renewal.held) this.#board.nowAlone(renewal.alone);
      else term.end('the lease is lost');
      return this.#bid.ttl / 3;
    } catch (error) {
      this.#warn(error, 'asked again until the term is over');
      return this.#bid.ttl / 30;
    }
  }

  async #pause(delay: number, signal?: AbortSignal): Promise<void> {
    const early = signal === undefined ? this.#closing.signal : AbortSignal.any([signal, this.#closing.signal]);
    try {
      await this.#clock.sleep(delay, { signal: early, ref: false });
    } catch {
      // Ended early; whoever paused looks at what has changed.
    }
  }

  #warn(error: unknown, consequence: string): void {
    this.#log.warn({ lease: this.#bid.name, reason: messageOf(error), consequence }, 'the lease store failed');
  }
}

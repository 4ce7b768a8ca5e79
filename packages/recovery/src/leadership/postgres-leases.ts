import {
  type Clock,
  type DurationInput,
  type Logger,
  milliseconds,
  silentLogger,
  systemClock,
} from '@bridge/chaos-core';
import { bigintOf, numberOf, textOf } from '../postgres/columns.ts';
import { Database } from '../postgres/database.ts';
import { checkedSchema } from '../postgres/migrations.ts';
import type { SqlPool } from '../postgres/sql-pool.ts';
import type { LeaderAction, LeaderActionOutcome, PastDeed } from './leadership.ts';
import { type LeaseStatements, leaseStatements } from './lease-statements.ts';
import type { Acquisition, Bid, Fenced, Hold, LeaseHolder, LeaseStore, Renewal, Tenure } from './lease-store.ts';

export interface PostgresLeasesOptions {
  /**
   * A `Pool` of `pg`, best one of its own with `max: 2`, so that a busy application cannot starve renewals. It must have
   * `connectionTimeoutMillis`. It stays the caller's.
   */
  readonly pool: SqlPool;
  /** Default `chaos_federation`. Made by `migrateFederation`. */
  readonly schema?: string;
  /** An answer that takes longer counts as none. At most a sixth of the ttl leaves time to ask again. Default 2.5 s. */
  readonly patience?: DurationInput;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

/** A lease row as this process last saw it move. */
interface Sighting {
  readonly beat: bigint;
  readonly since: number;
  readonly lookedAt: number;
}

const OUTCOMES: readonly LeaderActionOutcome[] = ['done', 'failed', 'abandoned'];

/** A store that was not looked at for this share of the lease's TTL was not watched. */
const WATCHED = 1 / 3;

/**
 * Leases as rows of a PostgreSQL database: one statement per step, no session state, so that connection poolers and
 * terminated backends do not matter. Leases run out by the database's clock alone; a lease that does not move for its
 * whole TTL, measured here, is over too, so that a clock set back cannot freeze it.
 */
export function postgresLeases(options: PostgresLeasesOptions): LeaseStore {
  return new PostgresLeases(options);
}

class PostgresLeases implements LeaseStore {
  readonly #database: Database;
  readonly #sql: LeaseStatements;
  readonly #clock: Clock;
  readonly #sightings = new Map<string, Sighting>();

  constructor({ pool, schema, patience = '2.5s', clock = systemClock, logger = silentLogger }: PostgresLeasesOptions) {
    this.#sql = leaseStatements(checkedSchema(schema));
    this.#clock = clock;
    this.#database = new Database({ pool, patience: milliseconds(patience), clock, log: logger });
  }

  async acquire(bid: Bid): Promise<Acquisition> {
    const { name, holder, ttl } = bid;
    const { rows } = await this.#database.query(this.#sql.look, [name, holder, ttl]);
    const [row] = rows;
    const beat = row === undefined ? 0n : bigintOf(row['beat']);
    const frozen = row !== undefined && this.#isFrozen(name, beat, numberOf(row['ttl']));
    const isFree = row === undefined || row['free'] === true || row['holder'] === holder || frozen;
    const taken = isFree ? await this.#take(bid, frozen ? beat : -1n) : undefined;
    if (taken !== undefined) return { acquired: true, ...taken };
    if (row === undefined || isFree) return { acquired: false, term: 0n, holder: null, retryIn: 0 };
    const [term, left] = [bigintOf(row['token']), numberOf(row['left'])];
    return { acquired: false, term, holder: textOf(row['holder']), retryIn: left + 1 };
  }

  async renew({ name, holder, term }: Tenure, { span, request }: Hold): Promise<Renewal> {
    const { rows } = await this.#database.query(this.#sql.renew, [name, holder, span, String(term), request]);
    const [row] = rows;
    return row === undefined ? { held: false } : { held: true, alone: numberOf(row['others']) === 0 };
  }

  async resign({ name, holder, term }: Tenure): Promise<void> {
    await this.#database.query(this.#sql.resign, [name, holder, String(term)]);
  }

  async current(name: string): Promise<LeaseHolder | null> {
    const { rows } = await this.#database.query(this.#sql.current, [name]);
    const [row] = rows;
    if (row === undefined) return null;
    return { holder: textOf(row['holder']), term: bigintOf(row['token']), left: numberOf(row['left']) };
  }

  async begin({ name, holder, term }: Tenure, { key, what }: LeaderAction, { span, request }: Hold): Promise<Fenced> {
    const values = [name, holder, span, String(term), request, key, what];
    const { rows } = await this.#database.query(this.#sql.begin, values);
    const { fenced, id } = rows[0] ?? {};
    if (numberOf(fenced) === 0) return { outcome: 'stale' };
    return id === null ? { outcome: 'repeated' } : { outcome: 'begun', id: textOf(id) };
  }

  async finish(id: string, outcome: LeaderActionOutcome): Promise<void> {
    await this.#database.query(this.#sql.finish, [id, outcome]);
  }

  async past(name: string, prefix: string, within: number): Promise<readonly PastDeed[]> {
    const { rows } = await this.#database.query(this.#sql.past, [name, prefix, within]);
    return rows.map(({ key, age, outcome }) => ({
      key: textOf(key),
      age: numberOf(age),
      outcome: OUTCOMES.find((known) => known === outcome) ?? null,
    }));
  }

  async leave({ name, holder }: Bid): Promise<void> {
    await this.#database.query(this.#sql.leave, [name, holder]);
  }

  /** `frozen` = the beat of a lease that did not move for its whole TTL; -1 when it must have run out. */
  async #take({ name, holder, ttl }: Bid, frozen: bigint): Promise<{ term: bigint; alone: boolean } | undefined> {
    const { rows } = await this.#database.query(this.#sql.take, [name, holder, ttl, String(frozen)]);
    const [row] = rows;
    return row && { term: bigintOf(row['token']), alone: numberOf(row['others']) === 0 };
  }

  /** Counts only time in which this process kept looking: after a cut, a lease may have moved unseen. */
  #isFrozen(name: string, beat: bigint, ttl: number): boolean {
    const now = this.#clock.now();
    const before = this.#sightings.get(name);
    const isSame = before !== undefined && before.beat === beat && now - before.lookedAt <= ttl * WATCHED;
    const since = isSame ? before.since : now;
    this.#sightings.set(name, { beat, since, lookedAt: now });
    return now - since > ttl;
  }
}

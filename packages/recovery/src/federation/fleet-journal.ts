import { ChaosError, isChaosError, type JournalRecord, messageOf, type SharedJournal } from '@bridge/chaos-core';
import type { Database } from '../postgres/database.ts';
import type { SqlQuery } from '../postgres/sql-pool.ts';
import { fleetFaults } from './fleet-faults.ts';
import type { FleetGate } from './fleet-limits.ts';
import type { Membership } from './membership.ts';

export interface FleetJournalOptions {
  readonly database: Database;
  readonly schema: string;
  readonly realm: string;
  readonly membership: Membership;
  readonly gate: Pick<FleetGate, 'admit'>;
}

/** One fault at a time is admitted to the fleet: what the limits count must not change while they are counted. */
const ADMISSION = 7_205_759_403_794;

/** The copy of this replica's undo records that the others read. */
export class FleetJournal implements SharedJournal {
  readonly #options: FleetJournalOptions;
  /** Fault to the life of this replica that injected it. */
  readonly #owners = new Map<string, string>();
  readonly #settled = new Set<string>();
  #flushing: Promise<void> | undefined;

  constructor(options: FleetJournalOptions) {
    this.#options = options;
  }

  async open(record: JournalRecord): Promise<void> {
    const { database, membership } = this.#options;
    const owner = membership.instance;
    if (owner === undefined || !membership.isTrusted(owner))
      throw unreachable('this replica has no place in the fleet');
    this.#owners.set(record.id, owner);
    try {
      await database.transaction((sql) => this.#admit(sql, record, owner));
    } catch (error) {
      // An answer that did not come may have been a yes.
      this.settled(record.id);
      throw isChaosError(error) ? error : unreachable(messageOf(error), error);
    }
  }

  isTrusted(id: string): boolean {
    const owner = this.#owners.get(id);
    return owner !== undefined && this.#options.membership.isTrusted(owner);
  }

  settled(id: string): void {
    this.#owners.delete(id);
    this.#settled.add(id);
    // A failure is the heartbeat's to tell; the next flush does it.
    this.flush().catch(() => undefined);
  }

  /** Takes away the copies of what is undone. Rejects when it could not; nothing is forgotten then. */
  flush(): Promise<void> {
    this.#flushing ??= this.#remove().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  async #admit(sql: SqlQuery, record: JournalRecord, owner: string): Promise<void> {
    const { schema, realm, gate } = this.#options;
    await sql.query('SELECT pg_advisory_xact_lock($1)', [ADMISSION]);
    const place = `SELECT instance FROM ${schema}.replica WHERE instance = $1 AND evicted_by IS NULL FOR SHARE`;
    const { rows } = await sql.query(place, [owner]);
    if (rows.length === 0) throw unreachable('this replica was silent for too long and lost its place');
    await gate.admit({ owner, realm, record }, await fleetFaults(sql, schema));
    await sql.query(`INSERT INTO ${schema}.fault (id, owner, realm, record) VALUES ($1, $2, $3, $4)`, [
      record.id,
      owner,
      realm,
      JSON.stringify(record),
    ]);
  }

  async #remove(): Promise<void> {
    const { database, schema } = this.#options;
    while (this.#settled.size > 0) {
      const ids = [...this.#settled];
      await database.transaction(async (sql) => {
        // A commit that was not waited for to the end holds the lock for as long as its row cannot be seen.
        await sql.query('SELECT pg_advisory_xact_lock($1)', [ADMISSION]);
        await sql.query(`DELETE FROM ${schema}.fault WHERE id = ANY($1)`, [ids]);
      });
      for (const id of ids) this.#settled.delete(id);
    }
  }
}

function unreachable(reason: string, cause?: unknown): ChaosError {
  return new ChaosError(
    'CHAOS_FEDERATION_UNREACHABLE',
    `expected the fleet's record of the fault before it is injected: ${reason}. Nothing was injected. ` +
      'Look at `federation.health`; try again once it is restored.',
    { cause },
  );
}

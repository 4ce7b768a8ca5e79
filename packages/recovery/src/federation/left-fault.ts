import type { Claim, JournalEntry, JournalNote, JournalRecord } from '@bridge/chaos-core';
import type { Database } from '../postgres/database.ts';
import type { FleetFault } from './fleet-faults.ts';

/** A fault that a dead replica left, as an entry to undo. */
export class LeftFault implements JournalEntry {
  readonly record: JournalRecord;
  /** None: it is undone with the care that a fault of unknown progress needs. */
  readonly notes: readonly JournalNote[] = [];
  readonly #database: Database;
  readonly #schema: string;
  readonly #by: string;

  constructor(fault: FleetFault, database: Database, schema: string, by: string) {
    this.record = fault.record;
    this.#database = database;
    this.#schema = schema;
    this.#by = by;
  }

  get id(): string {
    return this.record.id;
  }

  async note(note: JournalNote): Promise<void> {
    try {
      await this.#database.query(`UPDATE ${this.#schema}.fault SET notes = notes || $2::jsonb WHERE id = $1`, [
        this.id,
        JSON.stringify([note]),
      ]);
    } catch {
      // Best effort by contract: the undo does not need it.
    }
  }

  /** Of several survivors one undoes. A claim counts as long as its claimant has his place in the fleet. */
  async claim(): Promise<Claim> {
    const { rows } = await this.#database.query(
      `WITH mine AS (
         UPDATE ${this.#schema}.fault f SET claimed_by = $2
         WHERE f.id = $1 AND (f.claimed_by IS NULL OR f.claimed_by = $2 OR NOT EXISTS (
           SELECT 1 FROM ${this.#schema}.replica r WHERE r.instance = f.claimed_by AND r.evicted_by IS NULL))
         RETURNING f.id
       )
       SELECT (SELECT count(*)::int FROM mine) AS mine, (SELECT count(*)::int FROM ${this.#schema}.fault WHERE id = $1) AS there`,
      [this.id, this.#by],
    );
    const { mine, there } = rows[0] ?? {};
    if (mine === 1) return 'mine';
    return there === 1 ? 'taken' : 'gone';
  }

  async handBack(): Promise<void> {
    await this.#database.query(`UPDATE ${this.#schema}.fault SET claimed_by = NULL WHERE id = $1 AND claimed_by = $2`, [
      this.id,
      this.#by,
    ]);
  }

  /** Its engine is dead; nobody asks. */
  isUnclaimed(): boolean {
    return false;
  }

  async settle(): Promise<void> {
    await this.#database.query(`DELETE FROM ${this.#schema}.fault WHERE id = $1`, [this.id]);
  }
}

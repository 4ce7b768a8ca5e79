import { ChaosError, type Clock } from '@bridge/chaos-core';
import type { Leaf } from '../entry/leaf.ts';
import type { NoteSigner } from '../note/signer.ts';
import { prepare, tryAppend } from './append-statement.ts';
import { type HeadRow, missing, readHead } from './head-row.ts';
import {
  errorCode,
  isConnectionLoss,
  numberOf,
  pauseAfterLoss,
  type SqlPool,
  type SqlQuery,
  textOf,
  transaction,
} from './sql-client.ts';

const DUPLICATE = '23505';
/** After somebody else was faster, so many commits take the row lock first: it wastes no work and bounds the waiting. */
const LOCKED_COMMITS = 100;

/** Appends leaves to a log that others append to as well. */
export class Committer {
  readonly #pool: SqlPool;
  readonly #schema: string;
  readonly #log: string;
  readonly #clock: Clock;
  #head: HeadRow;
  #locked = 0;

  constructor(pool: SqlPool, schema: string, log: string, head: HeadRow, clock: Clock) {
    this.#pool = pool;
    this.#schema = schema;
    this.#log = log;
    this.#head = head;
    this.#clock = clock;
  }

  /**
   * Index of each leaf, new or known. A lost connection is survived: what reached the database is found again by its id.
   */
  async commit(leaves: readonly Leaf[], signer: NoteSigner): Promise<readonly number[]> {
    const indexes = new Map<string, number>();
    let unsure = false;
    for (let losses = 0; ; ) {
      try {
        if (unsure) await this.#recall(leaves, indexes);
        unsure = false;
        const fresh = leaves.filter(({ id }) => !indexes.has(id));
        if (fresh.length === 0) break;
        await this.#append(fresh, signer, indexes);
      } catch (error) {
        const duplicate = errorCode(error) === DUPLICATE;
        if (!duplicate && !isConnectionLoss(error)) throw error;
        unsure = true;
        if (duplicate) continue;
        losses += 1;
        if (!(await pauseAfterLoss(this.#clock, losses))) throw error;
      }
    }
    return leaves.map(({ id }) => indexes.get(id) ?? Number.NaN);
  }

  /** Finds leaves the log holds already, and its head as it is. */
  async #recall(leaves: readonly Leaf[], indexes: Map<string, number>): Promise<void> {
    const ids = leaves.map(({ id }) => id);
    const { rows } = await this.#pool.query(
      `SELECT id, idx FROM ${this.#schema}.entry WHERE log = $1 AND id = ANY($2)`,
      [this.#log, ids],
    );
    for (const row of rows) indexes.set(textOf(row['id']), numberOf(row['idx']));
    this.#head = await this.#read(this.#pool, 'unlocked');
  }

  async #append(leaves: readonly Leaf[], signer: NoteSigner, indexes: Map<string, number>): Promise<void> {
    const base = this.#locked > 0 ? await this.#appendLocked(leaves, signer) : await this.#appendAlone(leaves, signer);
    if (base === undefined) return;
    for (const [at, { id }] of leaves.entries()) indexes.set(id, base + at);
  }

  /** Undefined when somebody else was faster. */
  async #appendAlone(leaves: readonly Leaf[], signer: NoteSigner): Promise<number | undefined> {
    const base = this.#head.size;
    checkKey(this.#head, signer);
    const prepared = await prepare(this.#log, this.#head, leaves, signer);
    if (await tryAppend(this.#pool, this.#schema, prepared)) {
      this.#head = prepared.next;
      return base;
    }
    this.#locked = LOCKED_COMMITS;
    return undefined;
  }

  async #appendLocked(leaves: readonly Leaf[], signer: NoteSigner): Promise<number> {
    this.#locked -= 1;
    return transaction(this.#pool, async (client) => {
      const head = await this.#read(client, 'locked');
      checkKey(head, signer);
      const prepared = await prepare(this.#log, head, leaves, signer);
      if (!(await tryAppend(client, this.#schema, prepared)))
        throw new Error('the head moved although its row is locked');
      await client.query('COMMIT');
      this.#head = prepared.next;
      return head.size;
    });
  }

  /** Appends the announcement and records the next key, as one transaction. Resolves with the head it made. */
  async rotate(announcement: Leaf, signer: NoteSigner, vkey: string): Promise<HeadRow> {
    return transaction(this.#pool, async (client) => {
      const head = await this.#read(client, 'locked');
      checkKey(head, signer);
      const prepared = await prepare(this.#log, head, [announcement], signer);
      if (!(await tryAppend(client, this.#schema, prepared)))
        throw new Error('the head moved although its row is locked');
      const { size, note } = prepared.next;
      await client.query(`UPDATE ${this.#schema}.head SET vkey = $2 WHERE log = $1`, [this.#log, vkey]);
      await client.query(
        `INSERT INTO ${this.#schema}.log_key (log, since, vkey, entry, note) VALUES ($1, $2, $3, $4, $5)`,
        [this.#log, size, vkey, announcement.text, note],
      );
      await client.query('COMMIT');
      this.#head = { ...prepared.next, vkey };
      return this.#head;
    });
  }

  async #read(sql: SqlQuery, lock: 'locked' | 'unlocked'): Promise<HeadRow> {
    const head = await readHead(sql, this.#schema, this.#log, lock);
    if (head === undefined) throw missing(this.#log);
    return head;
  }
}

function checkKey(head: HeadRow, signer: NoteSigner): void {
  if (head.vkey === signer.verifier.vkey) return;
  throw new ChaosError(
    'CHAOS_LEDGER_KEY_INVALID',
    `the log is signed by ${head.vkey} now; open it again with that key's signer`,
  );
}

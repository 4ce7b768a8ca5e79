import { randomBytes } from 'node:crypto';
import { ChaosError, type DurationInput, milliseconds, systemClock } from '@bridge/chaos-core';
import { EMPTY_ROOT } from '../merkle/hash.ts';
import { signCheckpoint } from '../note/checkpoint.ts';
import type { NoteSigner } from '../note/signer.ts';
import { parseVerifierKey } from '../note/verifier.ts';
import { readHead } from '../postgres/head-row.ts';
import { checkedSchema } from '../postgres/migrations.ts';
import { PostgresStore } from '../postgres/postgres-store.ts';
import { numberOf, type SqlPool, survivingLosses, textOf } from '../postgres/sql-client.ts';
import type { LogKey } from '../store/log-store.ts';
import { ChaosLedger, type LedgerOptions } from './chaos-ledger.ts';

export interface PostgresLedgerOptions extends LedgerOptions {
  /** A `Pool` of `pg`. It stays the caller's: `close()` does not end it. */
  readonly pool: SqlPool;
  /** Name of the log: a URL without its scheme. Made when it is missing. */
  readonly log: string;
  /** Signs checkpoints. Every process that appends to the log has the same. Its key's name must be `log`. */
  readonly signer: NoteSigner;
  /** Default `chaos_ledger`. Made by `migratePostgres`. */
  readonly schema?: string;
  /** How often the head is looked at while a tail waits for other processes' entries. Default 250 ms. */
  readonly pollEvery?: DurationInput;
  /** Key of the MACs of redacted values, 32 bytes. Without it MACs of different processes cannot be compared. */
  readonly redactionKey?: Buffer;
}

/** Opens a log in PostgreSQL. Any number of processes may append; the order is total and dense. */
export async function postgresLedger(options: PostgresLedgerOptions): Promise<ChaosLedger> {
  const { pool, log, signer, clock = systemClock } = options;
  const schema = checkedSchema(options.schema);
  if (signer.verifier.name !== log) {
    throw new ChaosError('CHAOS_LEDGER_KEY_INVALID', `expected a signer named ${log}, got ${signer.verifier.name}`);
  }
  await survivingLosses(clock, () => createLog(pool, schema, log, signer));
  const head = await survivingLosses(clock, () => readHead(pool, schema, log, 'unlocked'));
  if (head === undefined)
    throw new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected log ${log} to be there after making it`);
  if (head.vkey !== signer.verifier.vkey) {
    throw new ChaosError(
      'CHAOS_LEDGER_KEY_INVALID',
      `expected the signer of ${head.vkey}, got ${signer.verifier.vkey}`,
    );
  }
  const keys = await survivingLosses(clock, () => readKeys(pool, schema, log));
  const pollEvery = milliseconds(options.pollEvery ?? 250);
  const store = new PostgresStore({ pool, schema, log, signer, head, keys, clock, pollEvery });
  const ledger = new ChaosLedger(store, options.redactionKey ?? randomBytes(32), options);
  return survivingLosses(clock, () => ledger.warm());
}

async function createLog(pool: SqlPool, schema: string, log: string, signer: NoteSigner): Promise<void> {
  const note = await signCheckpoint({ origin: log, size: 0, root: EMPTY_ROOT }, [signer]);
  await pool.query(
    `WITH made AS (
       INSERT INTO ${schema}.head (log, size, peaks, root, note, vkey) VALUES ($1, 0, '[]', $2, $3, $4)
       ON CONFLICT (log) DO NOTHING RETURNING log, vkey
     )
     INSERT INTO ${schema}.log_key (log, since, vkey) SELECT log, 0, vkey FROM made`,
    [log, EMPTY_ROOT, note, signer.verifier.vkey],
  );
}

async function readKeys(pool: SqlPool, schema: string, log: string): Promise<LogKey[]> {
  const { rows } = await pool.query(
    `SELECT since, vkey, entry, note FROM ${schema}.log_key WHERE log = $1 ORDER BY since`,
    [log],
  );
  return rows.map((row) => {
    const key = { from: numberOf(row['since']), verifier: parseVerifierKey(textOf(row['vkey'])) };
    return row['entry'] === null
      ? key
      : { ...key, handover: { entry: textOf(row['entry']), note: textOf(row['note']) } };
  });
}

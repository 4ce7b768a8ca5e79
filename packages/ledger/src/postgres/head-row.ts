import { ChaosError } from '@bridge/chaos-core';
import * as z from 'zod';
import { Frontier } from '../merkle/frontier.ts';
import type { LogHead } from '../store/log-store.ts';
import { numberOf, type SqlQuery, textOf } from './sql-client.ts';

/** The row that orders all writers of a log. */
export interface HeadRow extends LogHead {
  readonly frontier: Frontier;
  /** The key in effect. */
  readonly vkey: string;
}

const peaksSchema = z.array(z.string().nullable());

export async function readHead(
  sql: SqlQuery,
  schema: string,
  log: string,
  lock: 'locked' | 'unlocked',
): Promise<HeadRow | undefined> {
  const { rows } = await sql.query(
    `SELECT size, first, peaks, root, note, vkey FROM ${schema}.head WHERE log = $1 ${lock === 'locked' ? 'FOR UPDATE' : ''}`,
    [log],
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const size = numberOf(row['size']);
  const peaks = peaksSchema.parse(row['peaks']).map((peak) => peak ?? undefined);
  return {
    size,
    first: numberOf(row['first']),
    root: textOf(row['root']),
    note: textOf(row['note']),
    vkey: textOf(row['vkey']),
    frontier: new Frontier(size, peaks),
  };
}

export function missing(log: string): ChaosError {
  return new ChaosError('CHAOS_LEDGER_NOT_FOUND', `expected log ${log} in the database; was it dropped?`);
}

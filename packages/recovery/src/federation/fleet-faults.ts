import { type JournalRecord, journalRecord, type Target } from '@bridge/chaos-core';
import { numberOf, textOf } from '../postgres/columns.ts';
import type { SqlQuery } from '../postgres/sql-pool.ts';

/** A fault that is not proven undone, of whichever replica. */
export interface FleetFault {
  /** Order in which the faults came. */
  readonly number: number;
  /** The life of the replica that injected it. */
  readonly owner: string;
  readonly realm: string;
  readonly record: JournalRecord;
}

function faultOf(row: Readonly<Record<string, unknown>>): FleetFault {
  return {
    number: numberOf(row['number']),
    owner: textOf(row['owner']),
    realm: textOf(row['realm']),
    record: journalRecord.parse(row['record']),
  };
}

/** Every live fault of the fleet, oldest first. */
export async function fleetFaults(sql: SqlQuery, schema: string): Promise<readonly FleetFault[]> {
  const { rows } = await sql.query(`SELECT number, owner, realm, record FROM ${schema}.fault ORDER BY number`);
  return rows.map(faultOf);
}

/** Of a fault `f`: its owner has no place in the fleet any more. A place that was lost is never given back. */
export function isLeft(schema: string): string {
  return `NOT EXISTS (SELECT 1 FROM ${schema}.replica r WHERE r.instance = f.owner AND r.evicted_by IS NULL)`;
}

/** What replicas without a place in the fleet left, oldest first. */
export async function leftFaults(sql: SqlQuery, schema: string): Promise<readonly FleetFault[]> {
  const { rows } = await sql.query(
    `SELECT f.number, f.owner, f.realm, f.record FROM ${schema}.fault f WHERE ${isLeft(schema)} ORDER BY f.number`,
  );
  return rows.map(faultOf);
}

/** The target of a record, as guards and reports take it. */
export function targetOf({ target }: JournalRecord): Target {
  const { group, connection, ...rest } = target;
  return {
    ...rest,
    ...(group === undefined ? {} : { group }),
    ...(connection === undefined ? {} : { connection }),
  };
}

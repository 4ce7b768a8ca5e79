import { ChaosError, silentLogger, systemClock } from '@bridge/chaos-core';
import { numberOf } from './columns.ts';
import { Database } from './database.ts';
import type { SqlPool } from './sql-pool.ts';

/** `$schema` is replaced. A step that was released is never changed; new ones are added at the end. */
const STEPS: readonly string[] = [
  `
CREATE TABLE $schema.lease (
  name text PRIMARY KEY,
  holder text NOT NULL,
  token bigint NOT NULL,
  beat bigint NOT NULL,
  request bigint NOT NULL,
  ttl double precision NOT NULL,
  expires_at timestamptz NOT NULL,
  acquired_at timestamptz NOT NULL,
  renewed_at timestamptz NOT NULL
);
CREATE TABLE $schema.contender (
  lease text NOT NULL,
  holder text NOT NULL,
  seen_at timestamptz NOT NULL,
  PRIMARY KEY (lease, holder)
);
CREATE TABLE $schema.action (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  lease text NOT NULL,
  token bigint NOT NULL,
  holder text NOT NULL,
  key text NOT NULL,
  what text NOT NULL,
  begun_at timestamptz NOT NULL,
  finished_at timestamptz,
  outcome text,
  UNIQUE (lease, key)
);
CREATE INDEX action_begun ON $schema.action (begun_at);
CREATE TABLE $schema.replica (
  instance text PRIMARY KEY,
  node text NOT NULL,
  realm text NOT NULL,
  key text NOT NULL,
  ttl double precision NOT NULL,
  beat bigint NOT NULL,
  joined_at timestamptz NOT NULL,
  beat_at timestamptz NOT NULL,
  evicted_by text
);
CREATE TABLE $schema.fault (
  id text PRIMARY KEY,
  number bigint GENERATED ALWAYS AS IDENTITY,
  owner text NOT NULL,
  realm text NOT NULL,
  record jsonb NOT NULL,
  notes jsonb NOT NULL DEFAULT '[]',
  claimed_by text
);
CREATE INDEX fault_owner ON $schema.fault (owner);
CREATE TABLE $schema.stop (
  name text PRIMARY KEY,
  number bigint NOT NULL,
  engaged boolean NOT NULL,
  reason text NOT NULL,
  node text NOT NULL,
  changed_at timestamptz NOT NULL
);
`,
];

/** Long: a deployment step may wait for another that does the same. */
const PATIENCE = 60_000;

export interface MigrateFederationOptions {
  /** Default `chaos_federation`. */
  readonly schema?: string;
}

/** The schema name, checked, since it cannot be a parameter of a statement. Throws `CHAOS_OPTIONS_INVALID`. */
export function checkedSchema(schema = 'chaos_federation'): string {
  if (/^[a-z_][a-z0-9_]{0,50}$/.test(schema)) return schema;
  throw new ChaosError('CHAOS_OPTIONS_INVALID', `expected a schema name of a-z, 0-9 and "_", got "${schema}"`);
}

/** Makes or updates the tables of leadership and federation. For a deployment step under an owner's role. Idempotent. */
export async function migrateFederation(pool: SqlPool, options: MigrateFederationOptions = {}): Promise<void> {
  const schema = checkedSchema(options.schema);
  const fill = (sql: string): string => sql.replaceAll('$schema', schema);
  const database = new Database({ pool, patience: PATIENCE, clock: systemClock, log: silentLogger });
  await database.transaction(async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock(7205759403793)');
    await sql.query(fill('CREATE SCHEMA IF NOT EXISTS $schema'));
    await sql.query(fill('CREATE TABLE IF NOT EXISTS $schema.migration (step int PRIMARY KEY)'));
    const { rows } = await sql.query(fill('SELECT count(*)::int AS done FROM $schema.migration'));
    const done = numberOf(rows[0]?.['done']);
    for (const [step, statements] of STEPS.entries()) {
      if (step < done) continue;
      await sql.query(fill(statements));
      await sql.query(fill('INSERT INTO $schema.migration VALUES ($1)'), [step]);
    }
  });
}

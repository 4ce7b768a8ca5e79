import { ChaosError } from '@bridge/chaos-core';
import { type SqlPool, transaction } from './sql-client.ts';

/** `$schema` is replaced. A step that was released is never changed; new ones are added at the end. */
const STEPS: readonly string[] = [
  `
CREATE TABLE $schema.head (
  log text PRIMARY KEY,
  size bigint NOT NULL,
  first bigint NOT NULL DEFAULT 0,
  peaks jsonb NOT NULL,
  root text NOT NULL,
  note text NOT NULL,
  vkey text NOT NULL
);
CREATE TABLE $schema.entry (
  log text NOT NULL REFERENCES $schema.head,
  idx bigint NOT NULL,
  id text NOT NULL,
  body text NOT NULL,
  leaf text NOT NULL,
  type text NOT NULL,
  time double precision NOT NULL,
  experiment text,
  run text,
  actor text,
  target text,
  PRIMARY KEY (log, idx)
);
CREATE UNIQUE INDEX entry_id ON $schema.entry (log, id);
CREATE INDEX entry_run ON $schema.entry (log, run, idx) WHERE run IS NOT NULL;
CREATE INDEX entry_experiment ON $schema.entry (log, experiment, idx) WHERE experiment IS NOT NULL;
CREATE INDEX entry_type ON $schema.entry (log, type text_pattern_ops, idx);
CREATE INDEX entry_time ON $schema.entry (log, time);
CREATE TABLE $schema.tile (log text NOT NULL REFERENCES $schema.head, n bigint NOT NULL, root text NOT NULL, PRIMARY KEY (log, n));
CREATE TABLE $schema.checkpoint (log text NOT NULL REFERENCES $schema.head, size bigint NOT NULL, note text NOT NULL, PRIMARY KEY (log, size));
CREATE TABLE $schema.log_key (
  log text NOT NULL REFERENCES $schema.head,
  since bigint NOT NULL,
  vkey text NOT NULL,
  entry text,
  note text,
  PRIMARY KEY (log, since)
);
CREATE TABLE $schema.state (log text NOT NULL REFERENCES $schema.head, name text NOT NULL, value text NOT NULL, PRIMARY KEY (log, name));

CREATE FUNCTION $schema.keep_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    IF OLD.idx < (SELECT first FROM $schema.head WHERE log = OLD.log) THEN RETURN OLD; END IF;
    RAISE EXCEPTION 'entry % of % is not released by retention', OLD.idx, OLD.log;
  END IF;
  RAISE EXCEPTION 'entries of a ledger are never changed';
END $$;
CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON $schema.entry FOR EACH ROW EXECUTE FUNCTION $schema.keep_entries();
CREATE TRIGGER keep_table BEFORE TRUNCATE ON $schema.entry FOR EACH STATEMENT EXECUTE FUNCTION $schema.keep_entries();
`,
];

const ROLES = `
DO $$
DECLARE role text;
BEGIN
  FOREACH role IN ARRAY ARRAY['$schema_reader', '$schema_writer', '$schema_keeper'] LOOP
    IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = role) THEN EXECUTE format('CREATE ROLE %I NOLOGIN', role); END IF;
  END LOOP;
END $$;
GRANT USAGE ON SCHEMA $schema TO $schema_reader, $schema_writer, $schema_keeper;
GRANT SELECT ON ALL TABLES IN SCHEMA $schema TO $schema_reader, $schema_writer, $schema_keeper;
GRANT INSERT ON $schema.head, $schema.entry, $schema.tile, $schema.checkpoint, $schema.log_key, $schema.state TO $schema_writer, $schema_keeper;
GRANT UPDATE (size, peaks, root, note, vkey) ON $schema.head TO $schema_writer, $schema_keeper;
GRANT UPDATE ON $schema.state TO $schema_writer, $schema_keeper;
GRANT UPDATE (first) ON $schema.head TO $schema_keeper;
GRANT DELETE ON $schema.entry, $schema.checkpoint TO $schema_keeper;
`;

export interface MigrateOptions {
  /** Default `chaos_ledger`. */
  readonly schema?: string;
  /**
   * Also make the roles `<schema>_reader`, `<schema>_writer` (appends, never changes or removes) and `<schema>_keeper` (also
   * runs retention). Needs CREATEROLE. Default true.
   */
  readonly roles?: boolean;
}

/** The schema name, checked, since it cannot be a parameter of a statement. */
export function checkedSchema(schema = 'chaos_ledger'): string {
  if (/^[a-z_][a-z0-9_]{0,50}$/.test(schema)) return schema;
  throw new ChaosError('CHAOS_LEDGER_OPTIONS_INVALID', `expected a schema name of a-z, 0-9 and "_", got "${schema}"`);
}

/** Makes or updates the tables. For a deployment step under an owner's role; writers need none of its rights. Idempotent. */
export async function migratePostgres(pool: SqlPool, options: MigrateOptions = {}): Promise<void> {
  const schema = checkedSchema(options.schema);
  const fill = (sql: string): string => sql.replaceAll('$schema', schema);
  await transaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(7205759403792)');
    await client.query(fill('CREATE SCHEMA IF NOT EXISTS $schema'));
    await client.query(fill('CREATE TABLE IF NOT EXISTS $schema.migration (step int PRIMARY KEY)'));
    const { rows } = await client.query(fill('SELECT count(*)::int AS done FROM $schema.migration'));
    for (const [step, sql] of STEPS.entries()) {
      if (step < Number(rows[0]?.['done'])) continue;
      await client.query(fill(sql));
      await client.query(fill('INSERT INTO $schema.migration VALUES ($1)'), [step]);
    }
    if (options.roles ?? true) await client.query(fill(ROLES));
    await client.query('COMMIT');
  });
}

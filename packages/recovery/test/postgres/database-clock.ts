import type pg from 'pg';

/**
 * `clock_timestamp()` with an offset that the test can move, for connections that look here first. The server's real
 * clock cannot be moved without moving the machine's.
 */
export async function installMovableClock(pool: pg.Pool): Promise<void> {
  await pool.query(`
    CREATE SCHEMA movable;
    CREATE TABLE movable.shift (by interval NOT NULL);
    INSERT INTO movable.shift VALUES ('0');
    CREATE FUNCTION movable.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE AS
      'SELECT pg_catalog.clock_timestamp() + (SELECT by FROM movable.shift)';
  `);
}

/** Start-up option of a connection that uses the movable clock. */
export const ON_MOVABLE_CLOCK = '-c search_path=movable,pg_catalog';

export async function shiftDatabaseClock(pool: pg.Pool, milliseconds: number): Promise<void> {
  await pool.query("UPDATE movable.shift SET by = by + $1::double precision * interval '1 millisecond'", [
    milliseconds,
  ]);
}

import { defineProbe, messageOf, type ProbeResult } from '@bridge/chaos-core';
import type { Pool, PoolClient, QueryArrayResult } from 'pg';
import { numberMismatch } from '../expectation/number-expectation.ts';
import { type Value, valueMismatch } from '../expectation/value-expectation.ts';
import { missingPackage } from '../missing-package.ts';
import { postgresFailure } from './postgres-failure.ts';
import { type PostgresOptions, postgresOptions } from './postgres-options.ts';

/**
 * Runs one statement in PostgreSQL and judges what it returns. The value is the first column of the first row. An SQL
 * error, no connection or no answer is `degraded`; refused credentials and a syntax error are `unknown`. A check that
 * runs out of time gives up its connection, so that a stalled server cannot hold back the checks after it. Needs the
 * package `pg`.
 */
export const postgres = defineProbe({
  type: 'postgres',
  options: postgresOptions,
  async open(options, { log }) {
    const { default: pg } = await import('pg').catch(missingPackage('pg'));
    const pool = new pg.Pool(poolConfig(options));
    // Without a listener, a connection that the database drops would end the host's process.
    pool.on('error', (error) => log.debug({ error: messageOf(error) }, 'an idle connection was lost'));
    return {
      async check(signal) {
        try {
          return judge(options, await query(pool, options, signal));
        } catch (error) {
          return postgresFailure(error, signal);
        }
      },
      close: () => pool.end(),
    };
  },
});

function poolConfig({ url, host, port, user, password, database, connections, connectTimeout }: PostgresOptions) {
  return {
    ...(url === undefined ? {} : { connectionString: url }),
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { password }),
    ...(database === undefined ? {} : { database }),
    max: connections,
    connectionTimeoutMillis: connectTimeout,
    application_name: 'bridge-chaos probe',
  };
}

async function query(pool: Pool, options: PostgresOptions, signal: AbortSignal): Promise<QueryArrayResult> {
  const client = await connected(pool, signal);
  const ended = Promise.withResolvers<never>();
  const onAbort = (): void => ended.reject(signal.reason);
  const onLost = (error: Error): void => ended.reject(error);
  signal.addEventListener('abort', onAbort, { once: true });
  client.on('error', onLost);
  let broken = true;
  try {
    signal.throwIfAborted();
    const { query: text, parameters } = options;
    const result = await Promise.race([
      client.query<unknown[]>({ text, values: parameters, rowMode: 'array' }),
      ended.promise,
    ]);
    broken = options.connect === 'each';
    return result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    client.release(broken);
    client.off('error', onLost);
  }
}

/** A connection that comes after the time-out goes back into the pool. */
function connected(pool: Pool, signal: AbortSignal): Promise<PoolClient> {
  const { promise, resolve, reject } = Promise.withResolvers<PoolClient>();
  const onAbort = (): void => reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  pool
    .connect()
    .then((client) => (signal.aborted ? client.release() : resolve(client)))
    .catch(reject)
    .finally(() => signal.removeEventListener('abort', onAbort));
  return promise;
}

function judge({ expect }: PostgresOptions, { rows, rowCount }: QueryArrayResult): ProbeResult {
  const value = asValue(rows[0]?.[0]);
  const degraded = (detail: string): ProbeResult => ({ health: 'degraded', value, detail });
  const count = expect.rows === undefined ? undefined : numberMismatch(expect.rows, rowCount ?? rows.length);
  if (count !== undefined) return degraded(`rows: ${count}`);
  if (expect.value === undefined) return { health: 'healthy', value };
  if (rows.length === 0) return degraded('expected a row, got none');
  const mismatch = valueMismatch(expect.value, value);
  return mismatch === undefined ? { health: 'healthy', value } : degraded(mismatch);
}

function asValue(column: unknown): Value {
  if (column === undefined || column === null) return null;
  if (typeof column === 'number' || typeof column === 'boolean' || typeof column === 'string') return column;
  return column instanceof Date ? column.toISOString() : JSON.stringify(column);
}

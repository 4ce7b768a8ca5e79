import type { Clock } from '@bridge/chaos-core';

/** What is needed of `pg`. A `Pool` of it fits; nothing else of the package is used. */
export interface SqlResult {
  readonly rows: readonly Record<string, unknown>[];
}

export interface SqlQuery {
  query(text: string, values?: unknown[]): Promise<SqlResult>;
}

export interface SqlClient extends SqlQuery {
  release(error?: Error | boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  off(event: 'error', listener: (error: Error) => void): unknown;
}

export interface SqlPool extends SqlQuery {
  connect(callback: (error: Error | undefined, client: SqlClient | undefined) => void): void;
}

const onError = (): void => undefined;

/**
 * A connection that dies says so in an `error` event that would end the process; the next statement tells as well, so the
 * event is not needed. It may come as soon as the client is handed out, before whoever awaits it has had its turn: hence
 * the callback.
 */
function connected(pool: SqlPool): Promise<SqlClient> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      client?.on('error', onError);
      if (client === undefined) reject(error);
      else resolve(client);
    });
  });
}

/** Runs the work in a transaction that it commits itself. */
export async function transaction<T>(pool: SqlPool, work: (client: SqlClient) => Promise<T>): Promise<T> {
  const client = await connected(pool);
  try {
    await client.query('BEGIN');
    const result = await work(client);
    client.off('error', onError);
    client.release();
    return result;
  } catch (error) {
    // Not rolled back: the connection may be gone. Closing it ends the transaction. The listener stays until then.
    client.release(true);
    throw error;
  }
}

/** Milliseconds before each repetition after a lost connection. */
const PAUSES = [20, 50, 100, 200, 500, 1_000, 2_000, 5_000];

/** Waits before repetition number `losses`, from 1; false when it was the last. */
export async function pauseAfterLoss(clock: Clock, losses: number): Promise<boolean> {
  const pause = PAUSES[losses - 1];
  if (pause === undefined) return false;
  await clock.sleep(pause);
  return true;
}

/** Repeats work that may be done twice as long as connections are lost. */
export async function survivingLosses<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  for (let losses = 1; ; losses += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isConnectionLoss(error) || !(await pauseAfterLoss(clock, losses))) throw error;
    }
  }
}

/** A `bigint` column, which `pg` gives as text. */
export function numberOf(value: unknown): number {
  const number = Number(value);
  if (Number.isSafeInteger(number)) return number;
  throw new TypeError(`expected a whole number from the database, got ${String(value)}`);
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError(`expected a text from the database, got ${typeof value}`);
}

/** `code` of a PostgreSQL or socket error. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/**
 * True when the connection was lost, so that nobody knows whether the statement took effect: class 08, 57P01 to 57P03
 * (termination, crash, starting up), socket errors, and what `pg` throws without a code.
 */
export function isConnectionLoss(error: unknown): boolean {
  const code = errorCode(error);
  if (code === undefined) return error instanceof Error && /connection/i.test(error.message);
  return code.startsWith('08') || code.startsWith('57P0') || /^E(CONN|PIPE|TIMEDOUT|NOTFOUND|NOENT)/.test(code);
}

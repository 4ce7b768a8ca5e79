/** What is needed of `pg`. A `Pool` of it fits; nothing else of the package is used. */
export interface SqlResult {
  readonly rows: readonly Record<string, unknown>[];
}

export interface SqlQuery {
  query(text: string, values?: unknown[]): Promise<SqlResult>;
}

export interface SqlClient extends SqlQuery {
  release(error?: Error | boolean): void;
}

export interface SqlPool extends SqlQuery {
  connect(): Promise<SqlClient>;
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

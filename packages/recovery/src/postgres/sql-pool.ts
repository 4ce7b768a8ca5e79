/** What is needed of `pg`. A `Pool` of it fits; nothing else of the package is used. */
export interface SqlPool {
  connect(): Promise<SqlClient>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  on(event: 'acquire', listener: (client: SqlClient) => void): unknown;
  readonly options?: { readonly connectionTimeoutMillis?: number | undefined };
}

export interface SqlQuery {
  query(text: string, values?: unknown[]): Promise<SqlResult>;
}

export interface SqlClient extends SqlQuery {
  release(error?: Error | boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

export interface SqlResult {
  readonly rows: readonly Record<string, unknown>[];
}

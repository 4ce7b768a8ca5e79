import { ChaosError, type Clock, type Logger, messageOf } from '@bridge/chaos-core';
import type { SqlClient, SqlPool, SqlQuery, SqlResult } from './sql-pool.ts';

export interface DatabaseOptions {
  readonly pool: SqlPool;
  /** Milliseconds after which an answer does not count any more, connecting included. */
  readonly patience: number;
  readonly clock: Clock;
  readonly log: Logger;
}

const heard = new WeakSet<object>();

/**
 * A connection that is lost says so in an `error` event that ends the process where nobody listens: on the pool while it
 * is idle, on the client otherwise, and there it may come before whoever waits for the client has had its turn. So the
 * listener is there from the moment it is handed out, once per connection. The statement that fails tells as well.
 */
function listenForErrors(pool: SqlPool, log: Logger): void {
  if (heard.has(pool)) return;
  heard.add(pool);
  const lost = (error: Error): void => log.warn({ reason: messageOf(error) }, 'a database connection was lost');
  pool.on('error', lost);
  pool.on('acquire', (client) => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('error', lost);
  });
}

/** A `pg` pool that answers in time or not at all: a network that swallows packets never makes it wait for ever. */
export class Database {
  readonly #options: DatabaseOptions;

  /** Throws `CHAOS_OPTIONS_INVALID` for a pool that would wait for ever for a connection. */
  constructor(options: DatabaseOptions) {
    const { pool, log } = options;
    if (pool.options !== undefined && !((pool.options.connectionTimeoutMillis ?? 0) > 0)) {
      throw new ChaosError(
        'CHAOS_OPTIONS_INVALID',
        'expected a pool with connectionTimeoutMillis, got one that waits for ever for a connection. ' +
          'Give `new Pool({ …, connectionTimeoutMillis: 2_000 })`.',
      );
    }
    this.#options = options;
    listenForErrors(pool, log);
  }

  query(text: string, values: unknown[] = []): Promise<SqlResult> {
    return this.#with((client) => client.query(text, values));
  }

  /** Commits what the work did, or nothing when it throws. */
  transaction<T>(work: (sql: SqlQuery) => Promise<T>): Promise<T> {
    return this.#with(async (client) => {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    });
  }

  /** Rejects when nothing came in time; what was asked for may have happened or not. */
  async #with<T>(work: (client: SqlClient) => Promise<T>): Promise<T> {
    const { pool, patience, clock } = this.#options;
    const late = Promise.withResolvers<never>();
    // Nobody may be listening any more when it is late.
    late.promise.catch(() => undefined);
    const timer = clock.timer(patience, () => late.reject(tooLate(patience)), { ref: false });
    const connecting = pool.connect();
    try {
      return await this.#use(await this.#connected(connecting, late.promise), work, late.promise);
    } finally {
      timer[Symbol.dispose]();
    }
  }

  async #connected(connecting: Promise<SqlClient>, late: Promise<never>): Promise<SqlClient> {
    try {
      return await Promise.race([connecting, late]);
    } catch (error) {
      // One that comes after all goes back to the pool; that none came is told already.
      connecting.then(
        (client) => client.release(),
        () => undefined,
      );
      throw error;
    }
  }

  async #use<T>(client: SqlClient, work: (client: SqlClient) => Promise<T>, late: Promise<never>): Promise<T> {
    try {
      const result = await Promise.race([work(client), late]);
      client.release();
      return result;
    } catch (error) {
      // Its state is not known. Closing it ends an open transaction.
      client.release(true);
      throw error;
    }
  }
}

function tooLate(patience: number): Error {
  return new Error(`the database did not answer within ${Math.round(patience)} ms`);
}

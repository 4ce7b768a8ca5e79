import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { migrateFederation } from '../../src/postgres/migrations.ts';
import { postgresServer } from '../probe/server/postgres-server.ts';
import type { ServerProcess } from '../probe/server/server-process.ts';

/** A real PostgreSQL with the tables of the federation, reachable on a Unix socket and on a port of 127.0.0.1. */
export interface FederationDatabase extends AsyncDisposable {
  /** For the test's own looks; never cut. */
  readonly pool: pg.Pool;
  readonly folder: string;
  readonly port: number;
  /** Ends the server at once, as a crash does. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Makes every transaction that writes fail, as on a standby. */
  readOnly(isReadOnly: boolean): Promise<void>;
}

const LAX: pg.PoolConfig = { user: 'postgres', database: 'postgres', connectionTimeoutMillis: 10_000 };

export function poolOf(place: pg.PoolConfig): pg.Pool {
  return new pg.Pool({ ...LAX, max: 4, ...place });
}

export async function startFederationDatabase(): Promise<FederationDatabase> {
  const cluster = await postgresServer();
  let server: ServerProcess | undefined = await cluster.start();
  const folder = cluster.host;
  // A door with a port, so that a proxy can stand before it: the server itself listens on its Unix socket alone.
  const door = createServer((client) => {
    const backend = connect(join(folder, '.s.PGSQL.5432'));
    for (const side of [client, backend]) side.on('error', () => side.destroy());
    client.once('close', () => backend.destroy());
    backend.once('close', () => client.destroy());
    client.pipe(backend).pipe(client);
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const address = door.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  const pool = poolOf({ host: folder });
  pool.on('error', () => undefined);
  await migrateFederation(pool);
  await migrateFederation(pool);
  return {
    pool,
    folder,
    port: address.port,
    async stop() {
      await server?.[Symbol.asyncDispose]();
      server = undefined;
    },
    async start() {
      server ??= await cluster.start();
    },
    async readOnly(isReadOnly) {
      const client = await pool.connect();
      await client.query('SET default_transaction_read_only = off');
      await client.query(`ALTER SYSTEM SET default_transaction_read_only = ${isReadOnly ? 'on' : 'off'}`);
      await client.query('SELECT pg_reload_conf()');
      client.release(true);
    },
    async [Symbol.asyncDispose]() {
      await pool.end();
      door.close();
      await server?.[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

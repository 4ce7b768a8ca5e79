import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { watchConnections } from '@bridge/chaos-injectors/app';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type PostgresCluster, startPostgres } from '../../../ledger/test/support/postgres-cluster.ts';
import { proxy } from '../../src/proxy/plugin.ts';
import { liveEngine } from '../app/live-engine.ts';
import { inject } from './inject.ts';
import { portOf } from './upstream.ts';

// Real PostgreSQL, real driver.

let cluster: PostgresCluster;
let bridge: Server;
let port: number;
const bridged = new Set<Socket>();

beforeAll(async () => {
  cluster = await startPostgres();
  // The cluster listens on a unix socket alone; faults on connections are about TCP.
  bridge = createServer((client) => {
    const server = connect(join(cluster.connection.host, '.s.PGSQL.5432'));
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      bridged.add(from);
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  bridge.listen(0, '127.0.0.1');
  await once(bridge, 'listening');
  port = portOf(bridge);
});

afterAll(async () => {
  for (const socket of bridged) socket.destroy();
  bridge.close();
  await cluster.stop();
});

interface Database extends AsyncDisposable {
  ask(sql: string): Promise<unknown>;
}

function database(at: number | PostgresCluster['connection']): Database {
  const tcp = { host: '127.0.0.1', user: 'postgres', database: 'postgres' };
  const pool = new pg.Pool({ ...(typeof at === 'number' ? { ...tcp, port: at } : at), max: 1 });
  // A terminated idle connection is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  return {
    ask: async (sql) => (await pool.query(sql)).rows[0],
    [Symbol.asyncDispose]: () => pool.end(),
  };
}

const target = { app: 'self' } as const;

it('app.socket refuses the driver a connection, which works again afterwards', async () => {
  await using live = await liveEngine();
  const params = { scope: 'process', match: { port }, effect: { kind: 'refuse' } } as const;
  {
    await using _fault = await live.inject({ type: 'app.socket', target, params });
    await using db = database(port);
    await expect(db.ask('select 1 as one')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  }
  await using db = database(port);
  expect(await db.ask('select 1 as one')).toEqual({ one: 1 });
});

it('app.socket resets a pooled connection in the midst of a query, and the pool makes another one', async () => {
  watchConnections();
  await using live = await liveEngine();
  await using db = database(port);
  const { pid } = pidOf(await db.ask('select pg_backend_pid() as pid'));
  const sleeping = db.ask('select pg_sleep(600)');
  const outcome = sleeping.catch((error: NodeJS.ErrnoException) => error.message);
  const params = { scope: 'process', match: { port }, effect: { kind: 'reset' } } as const;
  {
    await using _fault = await live.inject({ type: 'app.socket', target, params });
    expect(await outcome).toMatch(/ECONNRESET|terminated/);
  }
  expect(pidOf(await db.ask('select pg_backend_pid() as pid')).pid).not.toBe(pid);
});

it('app.socket holds a query: the server sees it when the fault ends', async () => {
  watchConnections();
  await using live = await liveEngine();
  await using db = database(port);
  await using direct = database(cluster.connection);
  await db.ask('select 1');
  const params = { scope: 'process', match: { port }, effect: { kind: 'hold' } } as const;
  const seen = "select count(*)::int as times from pg_stat_activity where query = 'select 2 as two'";
  let answer: Promise<unknown>;
  {
    await using _fault = await live.inject({ type: 'app.socket', target, params });
    answer = db.ask('select 2 as two');
    expect(await direct.ask(seen)).toEqual({ times: 0 });
  }
  expect(await answer).toEqual({ two: 2 });
  expect(await direct.ask(seen)).toEqual({ times: 1 });
});

it('a proxy before PostgreSQL: slow, reset, healed, with nothing changed in the program', async () => {
  await using front = await proxy({ name: 'pg', upstream: port });
  await using db = database(front.port);
  const slow = await inject('pg', 'proxy.latency', { delay: '50ms' });
  const from = performance.now();
  expect(await db.ask('select 1 as one')).toEqual({ one: 1 });
  expect(performance.now() - from).toBeGreaterThanOrEqual(99);
  await slow.revert();
  const cut = await inject('pg', 'proxy.reset');
  await expect(db.ask('select 1')).rejects.toThrow();
  await cut.revert();
  expect(await db.ask('select 2 as two')).toEqual({ two: 2 });
});

function pidOf(row: unknown): { pid: number } {
  if (typeof row === 'object' && row !== null && 'pid' in row && typeof row.pid === 'number') return { pid: row.pid };
  throw new Error(`no pid in ${JSON.stringify(row)}`);
}

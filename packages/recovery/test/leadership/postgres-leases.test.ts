import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LeaderElector } from '../../src/leadership/leader-elector.ts';
import { postgresLeases } from '../../src/leadership/postgres-leases.ts';
import { installMovableClock, ON_MOVABLE_CLOCK, shiftDatabaseClock } from '../postgres/database-clock.ts';
import { type FederationDatabase, poolOf, startFederationDatabase } from '../postgres/federation-database.ts';
import { leaseStoreContract } from './lease-store-contract.ts';
import { standingThat } from './standing-that.ts';

let database: FederationDatabase;

beforeAll(async () => {
  database = await startFederationDatabase();
  await installMovableClock(database.pool);
}, 120_000);

afterAll(() => database?.[Symbol.asyncDispose]());

const patience = 20_000;

leaseStoreContract('leases in PostgreSQL', async () => {
  const pools: ReturnType<typeof poolOf>[] = [];
  const open = () => {
    const pool = poolOf({ host: database.folder, options: ON_MOVABLE_CLOCK, max: 2 });
    pools.push(pool);
    return postgresLeases({ pool, patience });
  };
  return {
    open,
    expire: (_store, { ttl }) => shiftDatabaseClock(database.pool, ttl + 1),
    async [Symbol.asyncDispose]() {
      for (const pool of pools) await pool.end();
      await database.pool.query('TRUNCATE chaos_federation.lease, chaos_federation.contender, chaos_federation.action');
    },
  };
});

describe('a lease in PostgreSQL', () => {
  it('goes on although every backend is terminated, and takes no listener for granted', async () => {
    const pool = poolOf({ host: database.folder, max: 2 });
    const leases = postgresLeases({ pool, patience });
    const bid = { name: 'terminated', holder: 'a/1', ttl: 60_000 };
    const answer = await leases.acquire(bid);
    if (!answer.acquired) throw new Error('expected the lease');
    const tenure = { ...bid, term: answer.term };
    await database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename IS NOT NULL',
    );
    // The first statements meet connections that are gone.
    const renewals = await Promise.allSettled(
      Array.from({ length: 3 }, (_, at) => leases.renew(tenure, { span: 60_000, request: at + 1 })),
    );
    expect(renewals.length).toBe(3);
    expect(await leases.renew(tenure, { span: 60_000, request: 4 })).toEqual({ held: true, alone: true });
    await pool.end();
  });

  it('is taken over although the clock of the database was set back by a day', async () => {
    const pool = poolOf({ host: database.folder, options: ON_MOVABLE_CLOCK });
    const leases = postgresLeases({ pool, patience });
    const dead = await leases.acquire({ name: 'back', holder: 'dead/1', ttl: 600 });
    await shiftDatabaseClock(database.pool, -86_400_000);
    const heir = LeaderElector.start({
      leases: postgresLeases({ pool, patience }),
      name: 'back',
      node: 'heir',
      ttl: 600,
    });
    const standing = await standingThat(heir, ({ role }) => role === 'leader');
    expect(dead).toMatchObject({ acquired: true });
    expect(standing).toMatchObject({ role: 'leader', term: 2n });
    await heir.close();
    await pool.end();
  });

  it('stays with its holder when the clock is set back while he renews it', async () => {
    const pool = poolOf({ host: database.folder, options: ON_MOVABLE_CLOCK });
    const holder = LeaderElector.start({ leases: postgresLeases({ pool, patience }), name: 'kept', node: 'a' });
    await standingThat(holder, ({ role }) => role === 'leader');
    await shiftDatabaseClock(database.pool, -86_400_000);
    expect(await holder.begin({ key: 'x', what: 'x', timeout: 1 })).toMatchObject({ granted: true });
    expect(await holder.current()).toMatchObject({ term: 1n });
    await holder.close();
    await pool.end();
  });

  it('is unknown, and nothing throws, while the database is read-only', async () => {
    const pool = poolOf({ host: database.folder });
    const readOnly = poolOf({ host: database.folder, options: '-c default_transaction_read_only=on' });
    const elector = LeaderElector.start({
      leases: postgresLeases({ pool: readOnly, patience }),
      name: 'ro',
      node: 'a',
    });
    const standing = await standingThat(elector, (s) => s.role === 'unknown' && s.reason.includes('read-only'));
    expect(standing.role).toBe('unknown');
    expect(await elector.begin({ key: 'ro', what: 'x', timeout: 1 })).toMatchObject({ granted: false });
    await elector.close();
    await pool.end();
    await readOnly.end();
  });

  it('takes no request that arrives after a later one', async () => {
    const pool = poolOf({ host: database.folder });
    const leases = postgresLeases({ pool, patience });
    const bid = { name: 'order', holder: 'a/1', ttl: 60_000 };
    const answer = await leases.acquire(bid);
    if (!answer.acquired) throw new Error('expected the lease');
    const tenure = { ...bid, term: answer.term };
    expect(await leases.renew(tenure, { span: 600_000, request: 2 })).toMatchObject({ held: true });
    expect(await leases.renew(tenure, { span: 1, request: 1 })).toEqual({ held: false });
    expect((await leases.current('order'))?.left).toBeGreaterThan(300_000);
    await pool.end();
  });

  it('refuses a pool that would wait for a connection for ever', () => {
    const pool = poolOf({ host: database.folder, connectionTimeoutMillis: 0 });
    expect(() => postgresLeases({ pool })).toThrow('connectionTimeoutMillis');
  });
});

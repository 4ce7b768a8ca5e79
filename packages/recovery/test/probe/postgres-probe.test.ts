import { postgres } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issuesOf, openProbe, patient } from './open-probe.ts';
import { type PostgresServer, postgresServer } from './server/postgres-server.ts';
import type { ServerProcess } from './server/server-process.ts';

describe('postgres probe, against PostgreSQL', () => {
  let home: PostgresServer;
  let server: ServerProcess;
  let connection: { readonly host: string; readonly user: string; readonly database: string };

  beforeAll(async () => {
    home = await postgresServer();
    server = await home.start();
    connection = { host: home.host, user: 'postgres', database: 'postgres' };
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
    await home?.[Symbol.asyncDispose]();
  });

  it.each([
    [{}, 1],
    [{ query: 'SELECT now() > $1, 2', parameters: ['2020-01-01'] }, true],
    [{ query: "SELECT 'text'" }, 'text'],
    [{ query: 'SELECT NULL' }, null],
    [{ query: "SELECT '2026-01-02T03:04:05Z'::timestamptz" }, '2026-01-02T03:04:05.000Z'],
    [{ query: 'SELECT \'{"a": 1}\'::jsonb' }, '{"a":1}'],
    [{ query: 'SELECT 1 WHERE false' }, null],
  ])('gives the first column of the first row: %j', async (options, value) => {
    await using probe = await openProbe(postgres, { ...connection, ...options });
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value });
  });

  it('holds value and rows against what is expected', async () => {
    const count = { ...connection, query: 'SELECT count(*) FROM generate_series(1, 12)' };
    await using few = await openProbe(postgres, { ...count, expect: { value: { atMost: 10 } } });
    expect(await few.check(patient())).toEqual({
      health: 'degraded',
      value: '12',
      detail: 'expected at most 10, got 12',
    });
    await using enough = await openProbe(postgres, { ...count, expect: { value: { above: 10 }, rows: { equals: 1 } } });
    expect(await enough.check(patient())).toEqual({ health: 'healthy', value: '12' });
    const none = { ...connection, query: 'SELECT 1 WHERE false' };
    await using rows = await openProbe(postgres, { ...none, expect: { rows: { atLeast: 1 } } });
    const detail = 'rows: expected at least 1, got 0';
    expect(await rows.check(patient())).toEqual({ health: 'degraded', value: null, detail });
    await using value = await openProbe(postgres, { ...none, expect: { value: { equals: null } } });
    expect(await value.check(patient())).toMatchObject({ health: 'degraded', detail: 'expected a row, got none' });
  });

  it('tells an error of the database from one of its own', async () => {
    await using missing = await openProbe(postgres, { ...connection, query: 'SELECT * FROM gone' });
    const detail = 'relation "gone" does not exist (SQLSTATE 42P01)';
    expect(await missing.check(patient())).toEqual({ health: 'degraded', detail });
    await using typo = await openProbe(postgres, { ...connection, query: 'SELEKT 1' });
    expect(await typo.check(patient())).toMatchObject({ health: 'unknown', detail: expect.stringContaining('42601') });
    await using stranger = await openProbe(postgres, { ...connection, user: 'nobody_here' });
    expect(await stranger.check(patient())).toMatchObject({
      health: 'unknown',
      detail: expect.stringContaining('28000'),
    });
  });

  it('gives up the connection of a check that ran out of time, so that others are not held back', async () => {
    const run = async (query: string): Promise<void> => {
      await using other = await openProbe(postgres, { ...connection, query });
      expect(await other.check(patient())).toMatchObject({ health: 'healthy' });
    };
    await run('CREATE TABLE stall AS SELECT 600 AS seconds');
    const stalling = {
      ...connection,
      connections: 1,
      query: 'SELECT true FROM stall WHERE pg_sleep(seconds) IS NOT NULL',
    };
    await using probe = await openProbe(postgres, stalling);
    const detail = 'no answer before the time-out';
    expect(await probe.check(AbortSignal.timeout(300))).toEqual({ health: 'degraded', detail });
    // The server goes on with the abandoned statement; its place in the pool is free.
    await run('UPDATE stall SET seconds = 0');
    expect(await probe.check(patient())).toEqual({ health: 'healthy', value: true });
  });

  it('opens a connection per check where it is told to', async () => {
    const pid = { ...connection, query: 'SELECT pg_backend_pid()' };
    const pids = async (connect: 'keep' | 'each'): Promise<unknown[]> => {
      await using probe = await openProbe(postgres, { ...pid, connect });
      return [(await probe.check(patient())).value, (await probe.check(patient())).value];
    };
    expect(new Set(await pids('keep')).size).toBe(1);
    expect(new Set(await pids('each')).size).toBe(2);
  });

  it('survives the loss of idle connections and is back with the server', async () => {
    await using probe = await openProbe(postgres, connection);
    expect(await probe.check(patient())).toMatchObject({ health: 'healthy' });
    await server[Symbol.asyncDispose]();
    const gone = await probe.check(patient());
    expect(gone.health).toBe('degraded');
    server = await home.start();
    await expect.poll(async () => (await probe.check(patient())).health, { timeout: 15_000 }).toBe('healthy');
  });

  it.each([
    [{ url: 'mysql://a' }, /^url: expected a postgres:\/\/ URL/],
    [{ query: ' ' }, /^query: expected an SQL statement/],
    [{ port: 0 }, /^port: /],
    [{ expect: { value: {} } }, /^expect\.value: expected \{ equals: value \}/],
    [{ connect: 'never' }, /^connect: /],
    [{ parameters: [{}] }, /^parameters\.0: /],
  ])('refuses %j', (options, complaint) => {
    expect(issuesOf(postgres, options).join('\n')).toMatch(complaint);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@bridge/chaos-core';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresLedger } from '../src/ledger/postgres-ledger.ts';
import { rootOf } from '../src/merkle/frontier.ts';
import { leafHash } from '../src/merkle/hash.ts';
import { generateSigner, type NoteSigner } from '../src/note/signer.ts';
import { Outbox, type OutboxEvent } from '../src/outbox/outbox.ts';
import { migratePostgres } from '../src/postgres/migrations.ts';
import { verify } from '../src/verify/verify.ts';
import { durableLedgerConformance } from './support/conformance.ts';
import { entries, entryAt } from './support/entries.ts';
import { mirrorOf, quick } from './support/mirror.ts';
import { type PostgresCluster, startPostgres } from './support/postgres-cluster.ts';

const CHILD = fileURLToPath(new URL('./support/postgres-child.ts', import.meta.url));
let cluster: PostgresCluster;
let pool: pg.Pool;
let logs = 0;

beforeAll(async () => {
  cluster = await startPostgres();
  pool = new pg.Pool({ ...cluster.connection, max: 8 });
  pool.on('error', () => undefined);
  await migratePostgres(pool);
  await migratePostgres(pool);
}, 120_000);

afterAll(async () => {
  await pool?.end();
  await cluster?.stop();
});

const newLog = (): string => {
  logs += 1;
  return `example.com/log-${logs}`;
};

durableLedgerConformance('PostgreSQL ledger', async () => {
  const log = newLog();
  return {
    open: (options) => postgresLedger({ ...options, pool, log, signer: generateSigner(log) }),
    reopen: async (ledger) => {
      const signer: NoteSigner = ledger.store.signer;
      await ledger.close();
      return postgresLedger({ pool, log, signer });
    },
  };
});

describe('a log in PostgreSQL', () => {
  it('keeps changes out, also those of its writers', async () => {
    const log = newLog();
    await using ledger = await postgresLedger({ pool, log, signer: generateSigner(log) });
    await ledger.append(entryAt(0));
    await expect(pool.query("UPDATE chaos_ledger.entry SET body = 'x'")).rejects.toThrow('never changed');
    await expect(pool.query('DELETE FROM chaos_ledger.entry')).rejects.toThrow('not released');
    await expect(pool.query('TRUNCATE chaos_ledger.entry')).rejects.toThrow('never changed');
    const client = await pool.connect();
    await client.query('SET ROLE chaos_ledger_writer');
    await expect(client.query('DELETE FROM chaos_ledger.checkpoint')).rejects.toThrow('permission denied');
    await expect(client.query('UPDATE chaos_ledger.head SET first = 1')).rejects.toThrow('permission denied');
    await client.query('SET ROLE chaos_ledger_reader');
    await expect(client.query("INSERT INTO chaos_ledger.state VALUES ('a', 'b', 'c')")).rejects.toThrow(
      'permission denied',
    );
    client.release(true);
  });

  it('is appended to under the writer role alone', async () => {
    const log = newLog();
    const writers = new pg.Pool({ ...cluster.connection, max: 2, options: '-c role=chaos_ledger_writer' });
    const ledger = await postgresLedger({ pool: writers, log, signer: generateSigner(log) });
    await Promise.all(entries(20).map((entry) => ledger.append(entry)));
    await ledger.rotateKey();
    expect((await ledger.head()).size).toBe(21);
    await ledger.close();
    await writers.end();
  });

  it('names the first entry that a superuser has changed', async () => {
    const log = newLog();
    await using ledger = await postgresLedger({ pool, log, signer: generateSigner(log) });
    for (const entry of entries(20)) await ledger.append(entry);
    expect((await verify({ ledger })).ok).toBe(true);
    await pool.query('ALTER TABLE chaos_ledger.entry DISABLE TRIGGER keep_rows');
    await pool.query(
      "UPDATE chaos_ledger.entry SET body = replace(body, 'alice', 'mallory') WHERE log = $1 AND idx = 13",
      [log],
    );
    await pool.query('ALTER TABLE chaos_ledger.entry ENABLE TRIGGER keep_rows');
    expect((await verify({ ledger })).integrity).toMatchObject({ verdict: 'damaged', index: 13 });
  });

  it('tells a tail of entries that another process appended', async () => {
    const log = newLog();
    const signer = generateSigner(log);
    await using here = await postgresLedger({ pool, log, signer, pollEvery: '10ms' });
    await using there = await postgresLedger({ pool, log, signer });
    const next = here.tail().next();
    await there.append(entryAt(7));
    expect((await next).value?.entry.id).toBe('entry-7');
  });

  it('proves many entries at once from the same tiles', async () => {
    const log = newLog();
    const signer = generateSigner(log);
    await using writer = await postgresLedger({ pool, log, signer });
    await Promise.all(entries(520).map((entry) => writer.append(entry)));
    for (let fresh = 0; fresh < 8; fresh += 1) {
      await using reader = await postgresLedger({ pool, log, signer });
      await Promise.all([reader.prove(3), reader.prove(500)]);
      expect((await reader.store.ranges()).roots.count).toBe(2);
    }
  });

  it('is forwarded on after a statement of the outbox was cut off', async () => {
    const log = newLog();
    await using ledger = await postgresLedger({ pool, log, signer: generateSigner(log) });
    const { url } = await mirrorOf(ledger);
    const told: string[] = [];
    const onEvent = ({ kind }: OutboxEvent): unknown => told.push(kind);
    await using outbox = new Outbox(ledger, { ...quick, url, onEvent });
    const admin = new pg.Client(cluster.connection);
    await admin.connect();
    await admin.query('BEGIN; LOCK chaos_ledger.head IN ACCESS EXCLUSIVE MODE');
    const waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%head%'";
    await expect.poll(async () => (await admin.query(waiting)).rows.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await admin.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS waiting`);
    await expect.poll(() => told, { timeout: 20_000 }).toContain('failed');
    await admin.query('COMMIT');
    await admin.end();
    await ledger.append(entryAt(0));
    await outbox.flushed();
    expect(outbox.delivered).toBe(1);
  });

  it('stays dense and loses nothing with 4 processes that are killed and whose connections are cut', {
    timeout: 240_000,
  }, async () => {
    const log = newLog();
    const signer = generateSigner(log);
    await (await postgresLedger({ pool, log, signer })).close();
    const random = seededRandom('postgres');
    const acks = new Map<number, number>();
    const worker = async (lane: number): Promise<void> => {
      for (let life = 0; life < 4; life += 1) {
        const args = [
          '-C',
          '@bridge/source',
          CHILD,
          cluster.connection.host,
          log,
          signer.skey,
          String(lane * 1e6 + life * 1e5),
        ];
        const env = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'chaos-ledger-compile-cache') };
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
        const limit = 100 + random.int(400);
        let text = '';
        let cut = false;
        child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
          const lines = text.split('\n').length - 1;
          if (lines > limit / 2 && !cut) {
            cut = true;
            const others =
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '' AND pid <> pg_backend_pid() AND random() < 0.5";
            pool.query(others).catch(() => undefined);
          }
          if (lines > limit) child.kill('SIGKILL');
        });
        expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
        const complete = text.slice(0, text.lastIndexOf('\n')).split('\n');
        for (const [at = -1, index = -1] of complete.map((line) => line.split(' ').map(Number))) acks.set(at, index);
      }
    };
    await Promise.all([0, 1, 2, 3].map(worker));
    await using ledger = await postgresLedger({ pool, log, signer });
    const { rows } = await pool.query('SELECT idx::int, id, body FROM chaos_ledger.entry WHERE log = $1 ORDER BY idx', [
      log,
    ]);
    expect(rows.map(({ idx }) => idx)).toEqual(rows.map((_, at) => at));
    const { size, root } = await ledger.head();
    expect(size).toBe(rows.length);
    expect(root).toBe(rootOf(rows.map(({ body }) => leafHash(Buffer.from(body)))));
    const stored = new Map(rows.map(({ idx, id }) => [id, idx]));
    for (const [at, index] of acks) expect(stored.get(`entry-${at}`), `entry ${at}`).toBe(index);
    expect(acks.size).toBeGreaterThan(1_600);
    expect((await verify({ ledger, everySignature: true })).integrity).toEqual({ verdict: 'intact' });
  });
});

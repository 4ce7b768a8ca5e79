import { type JournalRecord, silentLogger, systemClock } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import { FleetJournal } from '../../src/federation/fleet-journal.ts';
import { Membership } from '../../src/federation/membership.ts';
import { Database } from '../../src/postgres/database.ts';
import { startFederationDatabase } from '../postgres/federation-database.ts';

const RECORD: JournalRecord = {
  v: 1,
  id: 'fault-1',
  type: 'folder.marker',
  target: { kind: 'folder', id: '/nowhere', name: 'nowhere', labels: {}, startedAt: '1' },
  undo: {},
  survives: 'host',
  settle: 400,
  momentary: false,
  plugin: { name: 'markers', module: 'file:///nowhere.ts', options: {} },
  engine: 'aaaaaaaaaaaaaaaa',
  intendedAt: '2026-01-01T00:00:00.000Z',
  order: 1,
};

it('a record whose commit was not waited for to the end is taken away once it can be seen', async () => {
  await using cluster = await startFederationDatabase();
  const { pool } = cluster;
  const rows = async (sql: string) => (await pool.query(sql)).rows;
  // Until it is named no more, a commit waits for a standby that there is none of.
  const standby = async (name: string) => {
    await pool.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
    await pool.query('SELECT pg_reload_conf()');
    await expect
      .poll(() => rows('SHOW synchronous_standby_names'), { timeout: 20_000 })
      .toEqual([{ synchronous_standby_names: name }]);
  };
  const database = new Database({ pool, patience: 1_000, clock: systemClock, log: silentLogger });
  const place = { database, schema: 'chaos_federation', realm: 'r' };
  const emit = () => undefined;
  const membership = new Membership({ ...place, node: 'n', publicKey: 'k', ttl: 600_000, clock: systemClock, emit });
  await membership.beat();
  const journal = new FleetJournal({ ...place, membership, gate: { admit: async () => undefined } });
  await standby('gone');
  await expect(journal.open(RECORD)).rejects.toThrow('CHAOS_FEDERATION_UNREACHABLE');
  await journal.flush().catch(() => undefined);
  await standby('');
  await expect.poll(() => journal.flush(), { timeout: 20_000 }).toBeUndefined();
  expect(await rows('SELECT id FROM chaos_federation.fault')).toEqual([]);
}, 120_000);

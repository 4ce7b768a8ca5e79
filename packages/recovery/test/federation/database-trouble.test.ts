import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { type FaultProxy, proxies, proxy } from '@bridge/chaos-injectors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FederationDatabase, startFederationDatabase } from '../postgres/federation-database.ts';
import { Replica } from './replica.ts';

const TTL = 6_000;

let database: FederationDatabase;
let root: string;
let line: FaultProxy;
let replica: Replica;

beforeEach(async () => {
  database = await startFederationDatabase();
  root = await mkdtemp(join(tmpdir(), 'trouble-'));
  for (const name of ['one', 'two']) await mkdir(join(root, name));
  line = await proxy({ name: 'database', upstream: database.port });
  const place = { host: '127.0.0.1', port: line.port };
  replica = await Replica.start({ node: 'a', database: place, schema: 'chaos_federation', ttl: TTL });
  await replica.saw(({ type }) => type === 'leader:promoted');
  await replica.saw(({ type }) => type === 'heartbeat:found');
}, 120_000);

afterEach(async () => {
  await replica[Symbol.asyncDispose]();
  await line.close();
  await database[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

// Whatever these do to the database, an unhandled rejection or an unheard error event would fail the whole file.
describe('a federation whose database', { timeout: 120_000 }, () => {
  it('is gone: says so, injects nothing, undoes what is alive, and goes on when it is back', async () => {
    const fault = await replica.mark(join(root, 'one'));
    await database.stop();
    const degraded = await replica.saw(({ type }) => type === 'federation:degraded');
    expect(degraded.data).toMatchObject({ reason: expect.stringMatching(/./) });
    expect(replica.federation.health.state).toBe('degraded');
    await replica.saw(({ type }) => type === 'leader:demoted');
    expect(replica.federation.leadership.standing.role).toBe('unknown');
    await expect(replica.mark(join(root, 'two'))).rejects.toMatchObject({
      code: expect.stringMatching(/CHAOS_(GUARD_REFUSED|FEDERATION_UNREACHABLE)/),
    });
    await fault.revert();
    expect(fault.state.phase).toBe('reverted');
    const stop = await replica.engine.emergencyStop('in the dark');
    expect(stop.leaked).toBe(0);
    await database.start();
    await replica.saw(({ type }) => type === 'federation:restored');
    // What was undone and decided in the dark is known to the fleet now.
    const rows = async (sql: string) => (await database.pool.query(sql)).rows;
    while ((await rows('SELECT id FROM chaos_federation.fault')).length > 0);
    while ((await rows("SELECT 1 FROM chaos_federation.stop WHERE engaged AND reason = 'in the dark'")).length === 0);
    await replica.engine.release('light again');
    await (await replica.mark(join(root, 'two'))).revert();
  });

  it('is read-only: says so, and goes on when it is not any more', async () => {
    await database.readOnly(true);
    const degraded = await replica.saw(
      (event) => event.type === 'federation:degraded' && event.data.reason.includes('read-only'),
    );
    expect(degraded.type).toBe('federation:degraded');
    await expect(replica.mark(join(root, 'one'))).rejects.toMatchObject({ code: 'CHAOS_FEDERATION_UNREACHABLE' });
    await database.readOnly(false);
    await replica.saw(({ type }) => type === 'federation:restored');
    await (await replica.mark(join(root, 'one'))).revert();
  });

  it('is too slow to answer in time: says so, refuses in time, and goes on when it is faster', async () => {
    const state = await mkdtemp(join(tmpdir(), 'slow-'));
    const engine = new ChaosEngine({ plugins: [proxies()], state, armed: true, guardian: 'none', signals: false });
    await engine.start();
    const slow = await engine.inject({ type: 'proxy.latency', target: { proxy: 'database' }, params: { delay: '5s' } });
    await replica.saw((event) => event.type === 'federation:degraded' && event.data.reason.includes('did not answer'));
    await expect(replica.mark(join(root, 'one'))).rejects.toThrow(/CHAOS_(GUARD_REFUSED|FEDERATION_UNREACHABLE)/);
    await slow.revert();
    await replica.saw(({ type }) => type === 'federation:restored');
    await (await replica.mark(join(root, 'one'))).revert();
    await engine.close();
    await rm(state, { recursive: true, force: true });
  });
});

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, type LedgerEntry, systemClock } from '@bridge/chaos-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SignedConsensus, verifyConsensus } from '../../src/federation/consensus.ts';
import { leftFaults } from '../../src/federation/fleet-faults.ts';
import { migrateFederation } from '../../src/postgres/migrations.ts';
import { type FederationDatabase, startFederationDatabase } from '../postgres/federation-database.ts';
import { Replica, type ReplicaOptions } from './replica.ts';

/** Long enough for a busy machine not to lose its leases. */
const TTL = 10_000;

let database: FederationDatabase;
let root: string;
let worlds = 0;

beforeAll(async () => {
  database = await startFederationDatabase();
  root = await mkdtemp(join(tmpdir(), 'fleet-'));
}, 120_000);

afterAll(async () => {
  await database?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

/** A fleet of its own, and folders to break. */
async function world(members = 4) {
  worlds += 1;
  const schema = `fleet_${worlds}`;
  await migrateFederation(database.pool, { schema });
  const names = Array.from({ length: members }, (_, at) => join(root, schema, `member-${at}`));
  for (const name of names) await mkdir(name, { recursive: true });
  const folder = (at: number): string => names[at] ?? '';
  const join_ = (node: string, options: Partial<ReplicaOptions> = {}): Promise<Replica> =>
    Replica.start({ node, database: { host: database.folder }, schema, ttl: TTL, ...options });
  return { schema, folder, join: join_ };
}

/** Resolves once the replica sees these nodes alive. */
async function sees({ federation }: Replica, nodes: readonly string[]): Promise<void> {
  const alive = (): string[] =>
    federation.state.peers.filter((peer) => peer.status === 'alive').map((peer) => peer.node);
  while (alive().sort().join() !== [...nodes].sort().join()) await systemClock.sleep(20);
}

async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await systemClock.sleep(10);
}

describe('a federation', { timeout: 60_000 }, () => {
  it('knows its peers and its leader, in the fields of document 000', async () => {
    const { join: enter } = await world();
    await using a = await enter('node-001');
    await a.saw(({ type }) => type === 'leader:promoted');
    await using b = await enter('node-002');
    await b.saw((event) => event.type === 'leader:changed' && event.data.leader === 'node-001');
    await sees(b, ['node-001', 'node-002']);
    const { leader, peers, health } = b.federation.state;
    expect(leader).toBe('node-001');
    expect(health).toEqual({ state: 'ok' });
    expect(peers[0]).toEqual({ node: 'node-001', epoch: expect.any(Number), status: 'alive', uptime: 'ok' });
    expect(Number.isInteger(peers[0]?.epoch)).toBe(true);
  });

  it('promotes another when the leader leaves, and records a signed consensus each time', async () => {
    const { join: enter, schema } = await world();
    const entries: LedgerEntry[] = [];
    const ledger: Ledger = {
      append: async (entry) => ({ index: entries.push(entry) - 1 }),
      close: async () => undefined,
    };
    const a = await enter('node-001', { ledger });
    await a.saw(({ type }) => type === 'leader:promoted');
    await using b = await enter('node-002', { ledger });
    await sees(a, ['node-001', 'node-002']);
    const { rows } = await database.pool.query(`SELECT node, key FROM ${schema}.replica`);
    await a[Symbol.asyncDispose]();
    await b.saw(({ type }) => type === 'leader:promoted');
    expect(a.events.map(({ type }) => type)).toContain('leader:demoted');
    const records = (): LedgerEntry[] => entries.filter(({ type }) => type === 'consensus:reached');
    await untilTrue(() => records().some(({ data }) => data['leader'] === 'node-002'));
    for (const { data } of records()) {
      const consensus = JSON.parse(JSON.stringify(data)) as SignedConsensus;
      const key = String(rows.find(({ node }) => node === consensus.leader)?.key);
      expect(consensus).toMatchObject({ status: 'consensus-ok', bridge: 'SR-AIBRIDGE' });
      expect(verifyConsensus(consensus, key)).toBe(true);
      expect(verifyConsensus({ ...consensus, leader: 'node-666' }, key)).toBe(false);
    }
    expect(entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['leader:promoted', 'leader:changed', 'heartbeat:found']),
    );
  });

  it('holds the most faults alive at once over all replicas, also when they ask at the same time', async () => {
    const { join: enter, folder } = await world(6);
    await using a = await enter('a', { limits: { maxActiveFaults: 2, maxShareOfGroup: 1 } });
    await using b = await enter('b', { limits: { maxActiveFaults: 2, maxShareOfGroup: 1 } });
    await Promise.all([sees(a, ['a', 'b']), sees(b, ['a', 'b'])]);
    const wishes = [a.mark(folder(0)), b.mark(folder(1)), a.mark(folder(2)), b.mark(folder(3)), a.mark(folder(4))];
    const outcomes = await Promise.allSettled(wishes);
    const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => String(reason));
    expect(refusals).toHaveLength(3);
    for (const refusal of refusals) expect(refusal).toContain('fleet-limits');
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') await outcome.value.revert();
    await (await b.mark(folder(5))).revert();
  });

  it('keeps the fewest healthy members of a group over all replicas', async () => {
    const { join: enter, folder } = await world(3);
    const limits = { maxActiveFaults: 9, maxShareOfGroup: 1, minHealthy: 2 };
    await using a = await enter('a', { limits });
    await using b = await enter('b', { limits });
    await Promise.all([sees(a, ['a', 'b']), sees(b, ['a', 'b'])]);
    const outcomes = await Promise.allSettled([a.mark(folder(0)), b.mark(folder(1))]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refusal = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(String(refusal?.reason)).toContain('minHealthy 2');
  });

  it('refuses a fault where another replica has one', async () => {
    const { join: enter, folder } = await world();
    await using a = await enter('a', { limits: { maxShareOfGroup: 1 } });
    await using b = await enter('b', { limits: { maxShareOfGroup: 1 } });
    await Promise.all([sees(a, ['a', 'b']), sees(b, ['a', 'b'])]);
    await using _fault = await a.mark(folder(0));
    await expect(b.mark(folder(0))).rejects.toMatchObject({ code: 'CHAOS_FAULT_OVERLAP' });
  });

  it('takes nothing away from a replica that has its place, however new it is', async () => {
    const { join: enter, folder, schema } = await world();
    await using a = await enter('a');
    await a.federation.joined;
    await using _fault = await a.mark(folder(0));
    expect(await leftFaults(database.pool, schema)).toEqual([]);
    // Rolled back, so that nobody acts on it.
    const client = await database.pool.connect();
    await client.query('BEGIN');
    await client.query(`UPDATE ${schema}.replica SET evicted_by = 'another'`);
    expect(await leftFaults(client, schema)).toMatchObject([{ realm: 'here', record: { type: 'folder.mark' } }]);
    await client.query('ROLLBACK');
    client.release();
  });

  it('says in a plan what the fleet would say', async () => {
    const { join: enter, folder } = await world();
    await using a = await enter('a', { limits: { maxActiveFaults: 1 } });
    await using b = await enter('b', { limits: { maxActiveFaults: 1 } });
    await Promise.all([sees(a, ['a', 'b']), sees(b, ['a', 'b'])]);
    await using _fault = await a.mark(folder(0));
    const plan = await b.engine.plan({
      name: 'one more',
      faults: [{ type: 'folder.mark', target: { folder: folder(1) }, params: {}, for: '1s' }],
    });
    expect(JSON.stringify(plan)).toContain('2 active faults');
  });

  it('stops everywhere when it is stopped anywhere, and is released everywhere', async () => {
    const { join: enter, folder } = await world();
    await using a = await enter('a');
    await using b = await enter('b');
    await Promise.all([sees(a, ['a', 'b']), sees(b, ['a', 'b'])]);
    const fault = await b.mark(folder(0));
    const reverted = new Promise((resolve) => b.engine.once('fault:reverted', resolve));
    const began = systemClock.now();
    await a.engine.emergencyStop('the pager says no');
    await reverted;
    const took = Math.round(systemClock.now() - began);
    console.log(`the stop of another replica: ${took} ms from the call to the end of the fault here`);
    expect(fault.state.phase).toBe('reverted');
    expect(took).toBeLessThan(10_000);
    expect(b.engine.status().emergencyStop).toMatchObject({ engaged: true, actor: 'a' });
    await expect(b.mark(folder(1))).rejects.toMatchObject({ code: 'CHAOS_EMERGENCY_STOPPED' });
    await using late = await enter('late');
    await untilTrue(() => late.engine.status().emergencyStop.engaged);
    await b.engine.release('all is well');
    await untilTrue(() => !a.engine.status().emergencyStop.engaged && !late.engine.status().emergencyStop.engaged);
    await (await a.mark(folder(1))).revert();
  });
});

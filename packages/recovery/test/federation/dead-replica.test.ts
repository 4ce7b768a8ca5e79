import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { systemClock } from '@bridge/chaos-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateFederation } from '../../src/postgres/migrations.ts';
import { type FederationDatabase, startFederationDatabase } from '../postgres/federation-database.ts';
import { Replica } from './replica.ts';

const DOOMED = fileURLToPath(new URL('./doomed-replica.ts', import.meta.url));
const TTL = 6_000;

let database: FederationDatabase;
let root: string;
let schema: string;
let survivor: Replica;
let tests = 0;

beforeAll(async () => {
  database = await startFederationDatabase();
}, 120_000);

afterAll(() => database?.[Symbol.asyncDispose]());

beforeEach(async () => {
  tests += 1;
  schema = `dead_${tests}`;
  await migrateFederation(database.pool, { schema });
  root = await mkdtemp(join(tmpdir(), 'dead-'));
  for (const name of ['one', 'two']) await mkdir(join(root, name));
  survivor = await Replica.start({ node: 'survivor', database: { host: database.folder }, schema, ttl: TTL });
});

afterEach(async () => {
  await survivor[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

function doomed(realm: string) {
  const folders = [join(root, 'one'), join(root, 'two')];
  const args = ['-C', '@bridge/source', DOOMED, database.folder, schema, String(TTL), realm, ...folders];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const said: Record<string, string>[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(JSON.parse(line));
    for (const look of waiting) look();
  });
  return {
    child,
    said,
    ended: once(child, 'exit'),
    says: (what: string): Promise<Record<string, string>> =>
      new Promise((resolve) => {
        const look = (): void => {
          const line = said.find((candidate) => candidate['said'] === what);
          if (line !== undefined) resolve(line);
        };
        waiting.add(look);
        look();
      }),
  };
}

const isBroken = (name = 'one'): boolean => existsSync(join(root, name, 'broken'));
const faultRows = async (): Promise<number> =>
  (await database.pool.query(`SELECT count(*)::int AS n FROM ${schema}.fault`)).rows[0].n;

describe('a replica that is gone', { timeout: 60_000 }, () => {
  it('was killed: another undoes its fault, proves it, and the record is gone', async () => {
    const { child, says, ended } = doomed('here');
    await says('marked');
    expect(isBroken()).toBe(true);
    child.kill('SIGKILL');
    await ended;
    const event = await survivor.saw(({ type }) => type === 'federation:reverted');
    expect(event.data).toMatchObject({ type: 'folder.mark', target: 'one', outcome: 'reverted', reason: null });
    expect(isBroken()).toBe(false);
    expect(await faultRows()).toBe(0);
    await survivor.saw((heard) => heard.type === 'heartbeat:lost' && heard.data.node === 'doomed');
  });

  it('was of another realm: nobody here touches its fault, which goes on to count', async () => {
    const { child, says, ended } = doomed('elsewhere');
    await says('marked');
    child.kill('SIGKILL');
    await ended;
    await survivor.saw((heard) => heard.type === 'heartbeat:lost' && heard.data.node === 'doomed');
    while (survivor.federation.state.stranded.length === 0) await systemClock.sleep(20);
    expect(survivor.federation.state.stranded).toMatchObject([
      { type: 'folder.mark', target: 'one', realm: 'elsewhere' },
    ]);
    expect(isBroken()).toBe(true);
    expect(await faultRows()).toBe(1);
    const id = survivor.federation.state.stranded[0]?.id ?? '';
    expect(await survivor.federation.forget(id, 'put right by hand')).toBe(true);
    expect(await survivor.federation.forget(id, 'again')).toBe(false);
    expect(await faultRows()).toBe(0);
    expect(survivor.events.at(-1)).toMatchObject({ type: 'federation:forgotten' });
  });

  it('was only stopped: its fault is undone meanwhile; awake it finds that out, joins anew and goes on', async () => {
    const { child, said, says, ended } = doomed('here');
    await says('marked');
    child.kill('SIGSTOP');
    await survivor.saw(({ type }) => type === 'federation:reverted');
    expect(isBroken()).toBe(false);
    child.kill('SIGCONT');
    await says('federation:rejoined');
    expect(await says('fault:reverted')).toMatchObject({ cause: 'effect-lost' });
    child.stdin.write('go on\n');
    await says('marked again');
    expect(isBroken('two')).toBe(true);
    expect(said.filter((line) => line['said'] === 'unhandled')).toEqual([]);
    child.kill('SIGKILL');
    await ended;
  });
});

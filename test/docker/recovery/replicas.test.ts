import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type SignalWebhook, signalWebhook } from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { startFederationDatabase } from '../../../packages/recovery/test/postgres/federation-database.ts';
import { httpService, type Service } from '../../../packages/recovery/test/probe/http-service.ts';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { crashUnderLoad, expectSelfHealed, startEngine } from './crash-under-load.ts';
import type { ReplicaOrder } from './replica-order.ts';
import { webService } from './web-service.ts';

const TOKEN = randomBytes(12).toString('hex');
const PROGRAM = fileURLToPath(new URL('replica.ts', import.meta.url));
const said = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
type Said = z.output<typeof said>;

interface Replica extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: readonly Said[];
  heard(type: string, fits?: (data: Said['data']) => boolean): Promise<Said['data']>;
}

function startReplica(order: ReplicaOrder): Replica {
  const args = ['--conditions=@bridge/source', PROGRAM, JSON.stringify(order)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Said[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(said.parse(JSON.parse(line)));
    for (const listener of listeners) listener();
  });
  return {
    child,
    lines,
    heard: (type, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = lines.find((line) => line.type === type && fits(line.data));
          if (found !== undefined) resolve(found.data);
        };
        listeners.add(look);
        look();
      }),
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

/** So long that a leader with it is certainly killed before it acts, ms. */
const NEVER = 3_600_000;
const freshLabel = () => `test.recover.${randomBytes(5).toString('hex')}`;

test('the leader is killed between detection and restart: the witness takes over and restarts, once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chaos-lease-'));
  try {
    const label = freshLabel();
    const shared = { place: { directory }, label };
    await using leader = startReplica({ ...shared, node: 'first', first: NEVER });
    const { term } = await leader.heard('watchtower:role', ({ role }) => role === 'leader');
    await using witness = startReplica({ ...shared, node: 'second', first: 0 });
    await witness.heard('watchtower:role', ({ role }) => role === 'witness');
    await witness.heard('watchtower:active');
    await using container = await startContainer({ labels: { [label]: 'always' } });
    await docker(['kill', container.id]);
    await takesOver(leader, witness, Number(term));
    expect(await container.status()).toBe('running');
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('the same under load, led through PostgreSQL: detection, recovery and self-heal are in the report', async () => {
  await using database = await startFederationDatabase();
  await using host = await startEngine();
  await using monitor = await listen(signalWebhook(host.engine, { token: TOKEN }));
  const label = freshLabel();
  const shared = { place: { host: database.folder }, label, monitor: { url: monitor.url, token: TOKEN } };
  await using leader = startReplica({ ...shared, node: 'first', first: NEVER });
  const { term } = await leader.heard('watchtower:role', ({ role }) => role === 'leader');
  await using witness = startReplica({ ...shared, node: 'second', first: 0 });
  await witness.heard('watchtower:role', ({ role }) => role === 'witness');
  await witness.heard('watchtower:active');
  await using web = await webService({ [label]: 'true' });
  const [report] = await Promise.all([crashUnderLoad(host.engine, web), takesOver(leader, witness, Number(term))]);
  expectSelfHealed(report);
});

/** Kills the leader once both have seen the failure; the witness mends it in a later term. */
async function takesOver(leader: Replica, witness: Replica, term: number): Promise<void> {
  await leader.heard('watchtower:detected', ({ role }) => role === 'leader');
  await witness.heard('watchtower:detected', ({ role }) => role === 'witness');
  leader.child.kill('SIGKILL');
  const now = await witness.heard('watchtower:role', ({ role }) => role === 'leader');
  expect(Number(now['term'])).toBeGreaterThan(term);
  await witness.heard('watchtower:effective');
  expect(leader.lines.map(({ type }) => type)).not.toContain('watchtower:restarting');
  expect(witness.lines.filter(({ type }) => type === 'watchtower:restarting')).toHaveLength(1);
}

/** Serves a fetch-style handler on loopback. */
function listen(handler: SignalWebhook): Promise<Service> {
  return httpService(async (request, response) => {
    const headers = { authorization: request.headers.authorization ?? '' };
    const body = await text(request);
    const answer = await handler(new Request('http://loopback/', { method: 'POST', headers, body }));
    response.writeHead(answer.status).end(await answer.text());
  });
}

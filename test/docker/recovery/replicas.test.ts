import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { docker, startContainer } from '../../docker-engine/index.ts';

const PROGRAM = fileURLToPath(new URL('replica.ts', import.meta.url));
const said = z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) });
type Said = z.output<typeof said>;

interface Replica extends AsyncDisposable {
  readonly child: ChildProcess;
  readonly lines: readonly Said[];
  heard(type: string, fits?: (data: Said['data']) => boolean): Promise<Said['data']>;
}

/** @param first most milliseconds that it waits before a restart */
function startReplica(node: string, directory: string, label: string, first: number): Replica {
  const args = ['--conditions=@bridge/source', PROGRAM, node, directory, label, String(first)];
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

test('the leader is killed between detection and restart: the witness takes over and restarts, once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'chaos-lease-'));
  try {
    const label = `test.recover.${randomBytes(5).toString('hex')}`;
    // The leader waits so long that it is certainly killed before it acts.
    await using leader = startReplica('first', directory, label, 3_600_000);
    const { term } = await leader.heard('watchtower:role', ({ role }) => role === 'leader');
    await using witness = startReplica('second', directory, label, 0);
    await witness.heard('watchtower:role', ({ role }) => role === 'witness');
    await witness.heard('watchtower:active');
    await using container = await startContainer({ labels: { [label]: 'always' } });
    await docker(['kill', container.id]);
    await leader.heard('watchtower:detected', ({ role }) => role === 'leader');
    await witness.heard('watchtower:detected', ({ role }) => role === 'witness');
    leader.child.kill('SIGKILL');
    const now = await witness.heard('watchtower:role', ({ role }) => role === 'leader');
    expect(Number(now['term'])).toBeGreaterThan(Number(term));
    await witness.heard('watchtower:effective');
    expect(await container.status()).toBe('running');
    expect(leader.lines.map(({ type }) => type)).not.toContain('watchtower:restarting');
    expect(witness.lines.filter(({ type }) => type === 'watchtower:restarting')).toHaveLength(1);
  } finally {
    await rm(directory, { recursive: true });
  }
});

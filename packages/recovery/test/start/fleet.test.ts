import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnyChaosEvent } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import { startFromConfig } from '../../src/index.ts';
import marks from '../federation/marks-plugin.ts';
import { poolOf, startFederationDatabase } from '../postgres/federation-database.ts';
import { temporaryFolder } from '../probe/server/temporary-folder.ts';

const CONFIG = { runtime: { health: { recovery: false, chaos: { enabled: true, interval: '50ms', probability: 1 } } } };

it('of two replicas only the leader schedules, and the other goes on when it leaves', {
  timeout: 120_000,
}, async () => {
  await using root = await temporaryFolder();
  await using database = await startFederationDatabase();
  const folder = join(root.path, 'service');
  await mkdir(folder);
  const replica = async (node: string) => {
    const pool = poolOf({ host: database.folder });
    pool.on('error', () => undefined);
    const system = await startFromConfig({
      config: { content: CONFIG, environment: {} },
      plugins: [marks()],
      things: [{ fault: { type: 'folder.mark', target: { folder }, params: {}, for: '50ms' } }],
      engine: { state: join(root.path, node), guardian: 'none', signals: false },
      replicas: { fleet: { pool, node, ttl: '60s', reaches: ['folder'] } },
    });
    const broke = (): number => count(system.engine?.recent() ?? [], 'fault:effective');
    const close = async (): Promise<void> => {
      await system.close();
      await pool.end();
    };
    return { system, broke, close };
  };
  const first = await replica('node-001');
  await expect.poll(() => first.system.leadership?.standing.role, { timeout: 40_000 }).toBe('leader');
  const second = await replica('node-002');
  await expect.poll(() => second.system.leadership?.standing.role, { timeout: 40_000 }).toBe('witness');
  await expect.poll(first.broke, { timeout: 40_000 }).toBeGreaterThan(0);
  expect(second.broke()).toBe(0);
  expect(second.system.parts.flatMap(({ part, state }) => (state === 'on' ? [part] : []))).toEqual([
    'heartbeat',
    'election',
    'engine',
    'monkey',
  ]);
  await first.close();
  await expect.poll(second.broke, { timeout: 60_000 }).toBeGreaterThan(0);
  await second.close();
  expect(second.system.recent.at(-1)?.type).toBe('runtime:closed');
});

function count(events: readonly AnyChaosEvent[], wanted: AnyChaosEvent['type']): number {
  return events.filter(({ type }) => type === wanted).length;
}

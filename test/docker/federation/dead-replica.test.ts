import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { containers, network } from '@bridge/chaos-injectors';
import { Federation, type FederationEvent } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type FederationDatabase,
  poolOf,
  startFederationDatabase,
} from '../../../packages/recovery/test/postgres/federation-database.ts';
import { docker, startContainer, type TestContainer } from '../../docker-engine/index.ts';

const REPLICA = fileURLToPath(new URL('./replica.ts', import.meta.url));

let database: FederationDatabase;

beforeAll(async () => {
  database = await startFederationDatabase();
}, 120_000);

afterAll(() => database?.[Symbol.asyncDispose]());

async function isConnected({ id }: TestContainer): Promise<boolean> {
  return (await docker(['inspect', '--format', '{{len .NetworkSettings.Networks}}', id])).trim() === '1';
}

const BROKEN: Readonly<Record<string, (web: TestContainer) => Promise<boolean>>> = {
  'container.pause': async (web) => (await web.status()) === 'paused',
  'network.disconnect': async (web) => !(await isConnected(web)),
};

describe('a replica that was killed together with its guardian', { timeout: 120_000 }, () => {
  it.each(Object.entries(BROKEN))(
    'leaves %s, and another replica at the same engine undoes it',
    async (type, broken) => {
      await using web = await startContainer();
      const state = await mkdtemp(join(tmpdir(), 'chaos-dead-'));
      const args = ['-C', '@bridge/source', REPLICA, database.folder, state, web.name, type];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      const [line] = await once(createInterface({ input: child.stdout }), 'line');
      const { guardian }: { guardian: number } = JSON.parse(line);
      expect(await broken(web)).toBe(true);
      // Asleep it cannot arm another guardian between the two deaths.
      child.kill('SIGSTOP');
      process.kill(guardian, 'SIGKILL');
      child.kill('SIGKILL');
      await ended;

      const pool = poolOf({ host: database.folder });
      const plugins = [containers(), network()];
      await using survivor = Federation.join({ pool, node: 'survivor', realm: 'one engine', ttl: 3_000, plugins });
      const undone = await new Promise<FederationEvent>((resolve) => {
        survivor.on((event) => {
          if (event.type === 'federation:reverted') resolve(event);
        });
      });
      expect(undone.data).toMatchObject({ type, target: web.name, outcome: 'reverted', reason: null });
      expect(await broken(web)).toBe(false);
      await survivor.close();
      for (const plugin of plugins) await plugin.close?.();
      await pool.end();
      await rm(state, { recursive: true, force: true });
    },
  );
});

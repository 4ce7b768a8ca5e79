import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { containers } from '@bridge/chaos-injectors';
import { startFromConfig } from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import { startContainer } from '../../docker-engine/index.ts';

test('with chaos on, a container is killed by chance, and the watchtower that is on by default restarts it', async () => {
  const label = `test.recover.${randomBytes(5).toString('hex')}`;
  await using web = await startContainer({ labels: { [label]: 'always' } });
  const state = await mkdtemp(join(tmpdir(), 'chaos-front-door-'));
  const content = { runtime: { health: { chaos: { enabled: true, interval: '500ms', probability: 1 } } } };
  {
    await using system = await startFromConfig({
      config: { content, environment: {} },
      plugins: [containers()],
      things: [{ fault: { type: 'container.kill', target: { container: web.name }, for: '1s' } }],
      engine: { state, signals: false },
      watch: {
        targets: { docker: { label } },
        policy: { dryRunFirst: false, backoff: { first: 0 }, verify: { hold: 200 } },
      },
    });
    expect(system.parts).toContainEqual(expect.objectContaining({ part: 'watchtower', state: 'on' }));
    const restarted = () => system.watchtower?.recent.map(({ type }) => type);
    await expect.poll(restarted, { timeout: 40_000 }).toContain('watchtower:effective');
    const events = system.engine?.recent().map(({ type }) => type);
    expect(events).toEqual(expect.arrayContaining(['schedule:picked', 'fault:effective', 'host:signal']));
  }
  expect(await web.status()).toBe('running');
  await rm(state, { recursive: true });
});

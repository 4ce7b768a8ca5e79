import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';

it('what an injection cut off by the emergency stop does later is undone as well', async () => {
  await using web = await startContainer({ command: ['sleep', 'infinity'] });
  const path = await mkdtemp(join(tmpdir(), 'chaos-cut-off-'));
  await using state = { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
  await using engine = new ChaosEngine({
    plugins: [containers()],
    armed: true,
    state: state.path,
    safety: { maxShareOfGroup: 1 },
  });
  await engine.start();
  const step = { type: 'container.stop', target: { container: web.name }, params: { grace: '4s' } } as const;
  const events = () => docker(['events', '--since', '1m', '--until', '0s', '--filter', `container=${web.id}`]);
  const injected = engine.inject(step).catch((error: unknown) => error);
  // It does not heed its stop signal: whoever was asked kills it when the grace is over.
  await expect.poll(events).toMatch(/container kill/);
  expect(await engine.emergencyStop('enough')).toMatchObject({ reverted: 1, leaked: 0 });
  expect(await events()).toMatch(/container die/);
  expect(await web.status()).toBe('running');
  expect(await injected).toBeInstanceOf(Error);
}, 60_000);

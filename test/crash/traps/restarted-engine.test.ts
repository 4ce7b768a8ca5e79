import { ChaosEngine } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import { monotonic } from '../world/monotonic.ts';
import flags from './flag-plugin.ts';
import { FlagWorld, HostProcess } from './host-process.ts';

it('an engine started within 50 ms of the kill, while the guardian reverts, undoes nothing twice', async () => {
  await using world = await FlagWorld.make();
  const slow = { ...world.flags, undoTakes: 300 };
  await using host = HostProcess.start(world, { faults: 5, flags: slow });
  await host.says('active');
  await using engine = new ChaosEngine({ plugins: [flags(slow)], armed: true, state: world.state, guardian: 'none' });
  const orphans: string[] = [];
  engine.on('fault:orphan', ({ data }) => void orphans.push(`${data.outcome} by ${data.by}`));
  const killed = monotonic();
  host.child.kill('SIGKILL');
  await host.ended;
  const starting = engine.start();
  expect(monotonic() - killed).toBeLessThan(1_000);
  await starting;
  expect(world.broken).toEqual([]);
  expect(world.entries).toEqual([]);
  expect(world.undone.toSorted()).toEqual([0, 1, 2, 3, 4].map((n) => `${world.folder}/flag-${n}`));
  expect(orphans).toHaveLength(5);
});

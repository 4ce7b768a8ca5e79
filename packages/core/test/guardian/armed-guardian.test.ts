import { on } from 'node:events';
import { createInterface } from 'node:readline';
import { processGuardian, silentLogger } from '@bridge/chaos-core';
import { expect, it } from 'vitest';
import { ArmedGuardian } from '../../src/guardian/armed-guardian.ts';
import { guardianEntry } from '../../src/guardian/bundle.ts';
import { nodeFlags } from '../../src/guardian/node-flags.ts';
import { announce } from '../../src/state/presence.ts';
import { prepareStateFolder, stateFolder } from '../../src/state/state-folder.ts';
import { World } from './world.ts';

const LEASE = 1_500;
const STALL = 2.5 * LEASE;

it('a guardian that has answered is not lost because the engine itself stood still as announced', async () => {
  await using world = await World.make();
  const folder = stateFolder(world.state);
  await prepareStateFolder(folder);
  await using engine = await announce(folder, 'engine');
  const entry = guardianEntry();
  const running = await processGuardian().launch({ state: world.state, entry, nodeFlags: nodeFlags(entry) });
  const lines = on(createInterface({ input: running.stdout }), 'line');
  const heard = async (): Promise<void> => {
    let line = '';
    while (!line.includes('heard')) line = String((await lines.next()).value);
  };
  const terms = { state: world.state, engine: engine.card.instance, attempt: 5_000, revert: 10_000 };
  const lost: string[] = [];
  const guardian = await ArmedGuardian.arm({
    running,
    hello: { say: 'hello', ...terms, lease: LEASE, plugins: [] },
    log: silentLogger,
    onLost: (reason) => void lost.push(reason),
    onLapsed: () => undefined,
  });
  await guardian.extend(STALL);
  await heard();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STALL);
  await Promise.race([heard(), running.exited]);
  expect(lost).toEqual([]);
  await guardian.dismiss();
});

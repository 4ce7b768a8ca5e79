import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { network } from '@bridge/chaos-injectors/network';
import { expect, it } from 'vitest';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { witnessNetwork } from '../network/namespace.ts';

const CONTAINERS = 20;
const EACH = 5;
const FAULTS = CONTAINERS * EACH;
/** So many containers are worked on at a time: the engine of a small machine answers more no faster. */
const AT_ONCE = 4;

async function forEach<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>): Promise<void> {
  const waiting = [...items];
  const worker = async (): Promise<void> => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

it(`the emergency stop ends ${FAULTS} faults on ${CONTAINERS} containers and leaves nothing`, async () => {
  await using made = new AsyncDisposableStack();
  const state = await mkdtemp(join(tmpdir(), 'chaos-many-'));
  made.defer(() => rm(state, { recursive: true, force: true }));
  const webs = await Promise.all(Array.from({ length: CONTAINERS }, async () => made.use(await startContainer())));
  const before = await Promise.all(webs.map(witnessNetwork));
  const engine = new ChaosEngine({
    plugins: [containers(), network()],
    armed: true,
    state,
    safety: { maxActiveFaults: FAULTS, maxShareOfGroup: 1 },
  });
  made.use(await engine.start());
  await forEach(webs, async ({ name }) => {
    const target = { container: name };
    await engine.inject({ type: 'network.blackhole', target, params: { peers: '192.0.2.1' } });
    await engine.inject({ type: 'network.refuse', target, params: { ports: 5432 } });
    await engine.inject({ type: 'network.loss', target, params: { perPacket: 0.2, peers: '192.0.2.2' } });
    await engine.inject({ type: 'network.dns', target, params: { fail: 'nxdomain' } });
    await engine.inject({ type: 'container.pause', target });
  });
  expect(engine.status().faults).toHaveLength(FAULTS);

  const began = performance.now();
  const result = await engine.emergencyStop('the drill is over');
  process.stdout.write(`emergency stop of ${FAULTS} faults: ${(performance.now() - began).toFixed(0)} ms\n`);

  expect(result).toEqual({ reverted: FAULTS, leaked: 0 });
  expect(await Promise.all(webs.map(witnessNetwork))).toEqual(before);
  const statuses = await docker(['inspect', '--format', '{{.State.Status}}', ...webs.map(({ id }) => id)]);
  expect(new Set(statuses.split('\n'))).toEqual(new Set(['running']));
}, 300_000);

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers, processes, proxies, proxy } from '@bridge/chaos-injectors';
import { expect, it } from 'vitest';
import { processState } from '../../../packages/injectors/test/conformance/process-harness.ts';
import { proxyState } from '../../../packages/injectors/test/conformance/proxy-harness.ts';
import { startProgram } from '../../../packages/injectors/test/process/child.ts';
import { echo } from '../../../packages/injectors/test/proxy/upstream.ts';
import { docker, startContainer } from '../../docker-engine/index.ts';
import { monotonic } from '../world/monotonic.ts';

const CONTAINERS = 10;
const PROCESSES = 20;
const PROXIES = 10;
const FAULTS = CONTAINERS + PROCESSES + 2 * PROXIES;

it('the emergency stop reverts 50 live faults of all kinds and proves each', async () => {
  await using made = new AsyncDisposableStack();
  const state = await mkdtemp(join(tmpdir(), 'chaos-stop-'));
  made.defer(() => rm(state, { recursive: true, force: true }));
  const server = made.use(await echo());
  const times = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
  const webs = await Promise.all(times(CONTAINERS).map(async () => made.use(await startContainer())));
  const sleeps = await Promise.all(
    times(PROCESSES).map(async () => made.use(await startProgram('sleep', ['infinity']))),
  );
  const names = times(PROXIES).map((n) => `stop-${n}`);
  const standing = await Promise.all(names.map(async (name) => made.use(await proxy({ name, upstream: server.port }))));
  const plugins = [containers(), processes(), proxies()] as const;
  const engine = new ChaosEngine({
    plugins,
    armed: true,
    state,
    safety: { maxActiveFaults: FAULTS, maxShareOfGroup: 1 },
  });
  made.use(await engine.start());
  for (const { name } of webs) await engine.inject({ type: 'container.pause', target: { container: name } });
  for (const { pid } of sleeps) await engine.inject({ type: 'process.pause', target: { process: pid } });
  for (const name of names) {
    await engine.inject({ type: 'proxy.latency', target: { proxy: name }, params: { delay: '2s' } });
    await engine.inject({ type: 'proxy.refuse', target: { proxy: name } });
  }
  expect(engine.status().faults).toHaveLength(FAULTS);

  const began = monotonic();
  const result = await engine.emergencyStop('the drill is over');
  process.stdout.write(`emergency stop of ${FAULTS} faults: ${(monotonic() - began).toFixed(0)} ms\n`);

  expect(result).toEqual({ reverted: FAULTS, leaked: 0 });
  const proven = engine.recent().filter(({ type }) => type === 'fault:reverted');
  expect(proven).toHaveLength(FAULTS);
  const statuses = await docker(['inspect', '--format', '{{.State.Status}}', ...webs.map(({ id }) => id)]);
  expect(new Set(statuses.split('\n'))).toEqual(new Set(['running']));
  expect(new Set(sleeps.map(({ pid }) => processState(pid)))).toEqual(new Set(['runs']));
  expect(new Set(await Promise.all(standing.map(({ port }) => proxyState(port))))).toEqual(new Set(['echo']));
}, 300_000);

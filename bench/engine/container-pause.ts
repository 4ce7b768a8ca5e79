import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import Docker from 'dockerode';
import { startContainer } from '../../test/docker-engine/index.ts';
import { at, row, type Timings } from './measure.ts';

// container.pause through the engine (guards, journal, guardian, both proofs) beside a raw dockerode pause and unpause,
// interleaved. Needs a Docker engine: `node setup/run.mjs exec -- node -C @bridge/source bench/engine/container-pause.ts`.

const ROUNDS = 100;
const docker = new Docker();
await using subject = await startContainer();
const container = docker.getContainer(subject.id);
const state = await mkdtemp(join(tmpdir(), 'chaos-bench-'));
const engine = new ChaosEngine({ plugins: [containers()], armed: true, state, safety: { maxShareOfGroup: 1 } });
const timings = {
  rawPause: [] as number[],
  rawUnpause: [] as number[],
  inject: [] as number[],
  revert: [] as number[],
};

async function measured(list: number[], work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await work();
  list.push(performance.now() - began);
}
const sorted = (list: number[]): Timings => list.sort((a, b) => a - b);

try {
  await engine.start();
  for (let round = 0; round < ROUNDS; round += 1) {
    await measured(timings.rawPause, () => container.pause());
    await measured(timings.rawUnpause, () => container.unpause());
    const held = Promise.withResolvers<Awaited<ReturnType<typeof engine.inject>>>();
    await measured(timings.inject, async () =>
      held.resolve(await engine.inject({ type: 'container.pause', target: { container: subject.name } })),
    );
    const fault = await held.promise;
    await measured(timings.revert, () => fault.revert());
  }
  console.log(row('raw dockerode pause', sorted(timings.rawPause)));
  console.log(row('engine.inject container.pause, proven', sorted(timings.inject), timings.rawPause));
  console.log(row('raw dockerode unpause', sorted(timings.rawUnpause)));
  console.log(row('fault.revert, proven', sorted(timings.revert), timings.rawUnpause));
  const more = at(timings.inject, 0.5) - at(timings.rawPause, 0.5);
  console.log(`container.pause costs ${more.toFixed(1)} ms more than a raw pause (aim <= 10 ms)`);
} finally {
  await engine.close();
  await rm(state, { recursive: true, force: true });
}

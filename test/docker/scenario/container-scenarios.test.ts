import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, runScenario } from '@bridge/chaos-core';
import { containers, network, resources } from '@bridge/chaos-injectors';
import { recovery, scenarioLibrary } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startContainer, type TestContainer } from '../../docker-engine/index.ts';

let folder: string;
let web: TestContainer;
let engine: ChaosEngine<readonly ReturnType<typeof plugins>[number][]>;

function plugins() {
  return [containers(), network(), resources({ memoryFloor: '64MiB', diskFloor: '1MiB' }), recovery()] as const;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'container-scenarios-'));
  web = await startContainer({ command: ['httpd', '-f', '-p', '80'], flags: ['--tmpfs', '/data:size=32m'] });
  engine = new ChaosEngine({
    plugins: plugins(),
    armed: true,
    state: join(folder, 'state'),
    limits: { act: '60s', effect: '30s', attempt: '30s', revert: '60s' },
    signals: false,
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0.1, mostShed: 1 }),
  });
  await engine.start();
});

afterAll(async () => {
  await engine?.close();
  await web?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** What only containers have; the storefront is where all other scenarios run. */
const CASES = {
  disk_space_exhaustion: { folder: '/data', bytes: '8MiB' },
  disk_io_throttle: { profile: 'light' },
  connection_exhaustion: { port: 80, connections: 5 },
  packet_loss: { profile: 'light' },
} as const;

describe('what only containers have', { timeout: 120_000 }, () => {
  it.each(Object.entries(CASES))('%s', async (name, parameters) => {
    const run = runScenario(engine, scenarioLibrary(), name, {
      parameters: { target: { container: web.name }, ...parameters },
      timeScale: 0.01,
      seed: 42,
    });
    const { faults, reversal, aborted } = await run.report;
    expect(faults.map((fault) => ('message' in fault ? fault.message : fault.outcome))).toEqual(['injected']);
    expect(reversal).toMatchObject({ clean: true, injected: 1, proven: 1 });
    expect(aborted).toBeNull();
    expect(await web.status()).toBe('running');
  });
});

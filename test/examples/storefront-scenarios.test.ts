import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, runScenario, runSuite, type SuiteOptions } from '@bridge/chaos-core';
import { processes, proxies, resources } from '@bridge/chaos-injectors';
import { recovery, scenarioLibrary, suiteLines, summarizeSuite } from '@bridge/chaos-recovery';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Storefront, startStorefront } from '../../examples/storefront/system/start-storefront.ts';
import { type Nodes, startNodes } from './storefront-nodes.ts';

// Every built-in scenario that a program without containers can bear, for real, with its times scaled down.
const TIME_SCALE = 0.01;

let folder: string;
let system: Storefront;
let nodes: Nodes;
let engine: ChaosEngine<readonly ReturnType<typeof plugins>[number][]>;

function plugins(registry: string) {
  return [processes(), resources({ memoryFloor: '64MiB' }), proxies({ registry }), recovery()] as const;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scenarios-'));
  system = await startStorefront({ folder: join(folder, 'shop'), proxies: { name: 'scenarios' } });
  nodes = await startNodes(system.store, '/catalogue');
  engine = new ChaosEngine({
    plugins: plugins(system.proxies?.registry ?? folder),
    armed: true,
    state: join(folder, 'state'),
    limits: { act: '60s', effect: '30s', attempt: '30s', revert: '60s' },
    // Cascades hit what is hit already; and every worker, node and way of this small shop is meant.
    safety: { requireHealthy: false, maxShareOfGroup: 1, checkInterval: '100ms' },
    // A busy test machine is no reason to call a run invalid.
    judge: coreJudge({ lagFloor: 5_000, leastRate: 0.2, mostShed: 0.9 }),
  });
  await engine.start();
});

afterAll(async () => {
  await engine?.close();
  await nodes?.[Symbol.asyncDispose]();
  await system?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Verdicts that a slow machine alone can bring about are no business of these tests; what the engine did is. */
const BROKEN = [
  'fault-leaked',
  'effect-not-proven',
  'fault-failed',
  'fault-refused',
  'nothing-injected',
  'no-probes',
  'not-recovered',
];

async function suite(name: string, options: SuiteOptions) {
  const shop = { name: 'shop', type: 'http', url: `${system.shop}/products`, every: '40ms', timeout: '5s' } as const;
  const result = await runSuite(engine, scenarioLibrary(), name, {
    // Long enough for 20 checks, the least that tell anything.
    experiment: { steadyState: { probes: [shop] }, recovery: { hold: '100s' } },
    timeScale: TIME_SCALE,
    seed: 42,
    ...options,
  });
  const told = suiteLines(summarizeSuite(result)).join('\n');
  expect(result.ended, told).toBe('complete');
  for (const run of result.runs) {
    if (run.outcome === 'left-out') continue;
    if (run.outcome === 'not-run') throw new Error(`${run.name} did not run: ${run.reason}`);
    const { faults, reversal, reasons } = run.report;
    expect(reversal, told).toMatchObject({ clean: true, injected: faults.length });
    expect(faults.length, told).toBeGreaterThan(0);
    expect(
      reasons.filter(({ code }) => BROKEN.includes(code)),
      told,
    ).toEqual([]);
  }
  return result;
}

describe.runIf(process.platform === 'linux')('on the storefront', { timeout: 120_000 }, () => {
  const shop = () => ({ proxy: system.proxies?.shop ?? '' });
  const store = () => ({ proxy: system.proxies?.store ?? '' });
  const front = () => ({ process: system.process('front') });
  const workers = () => ({ process: system.process('worker') });

  const consensus = () => ({ name: 'consensus', type: 'http', url: nodes.consensus, every: '40ms', timeout: '5s' });
  const allNodes = () => ({ proxy: { labels: nodes.label } });

  it('basic_resilience', async () => {
    await suite('basic_resilience', {
      parameters: { target: front(), service: store() },
      perRun: { network_latency_light: { target: shop() } },
    });
  });

  it('data_pipeline', async () => {
    await suite('data_pipeline', { parameters: { source: store(), field: '/products', workers: workers() } });
  });

  it('comprehensive_stress, but for what only containers have', async () => {
    await suite('comprehensive_stress', {
      parameters: { target: shop(), delay: '500ms', jitter: '100ms', level: '8MiB', ramp: '100ms', times: 2 },
      perRun: {
        cpu_stress_progressive: { target: front() },
        memory_pressure: { target: front() },
        repeated_crashes: { target: front(), pause: '80s' },
      },
      without: ['disk_space_exhaustion', 'disk_io_throttle', 'connection_exhaustion'],
    });
  });

  it('advanced_chaos', async () => {
    await suite('advanced_chaos', {
      parameters: {
        database: store(),
        service: shop(),
        crashes: front(),
        slow: store(),
        gone: shop(),
        stressed: front(),
        nodes: allNodes(),
        consensus: consensus(),
      },
    });
  });

  it('network_partition cuts off half of the nodes, and the probe sees that they cannot agree', async () => {
    const agreed = async (): Promise<number> => (await fetch(nodes.consensus)).status;
    const run = runScenario(engine, scenarioLibrary(), 'network_partition', {
      // Held until it was looked at, however long that takes.
      parameters: { nodes: allNodes(), consensus: consensus(), duration: '10m' },
      experiment: { baseline: '300ms' },
      seed: 42,
    });
    const cut: string[] = [];
    for await (const event of run.events()) {
      if (event.type === 'fault:effective') cut.push(event.data.fault.target.name);
      if (cut.length === 2) break;
    }
    expect(await agreed()).toBe(503);
    run.abort('seen');
    expect((await run.report).reversal).toMatchObject({ clean: true, injected: 2 });
    await expect.poll(agreed, { timeout: 30_000 }).toBe(200);
  });

  it('dependency_failures', async () => {
    await suite('dependency_failures', {
      parameters: { database: store(), api: store(), service: shop(), latency: '200ms' },
    });
  });

  it('platform_recovery', async () => {
    const { runs } = await suite('platform_recovery', {
      parameters: {
        coordinator: shop(),
        url: `${system.shop}/health`,
        database: store(),
        latency: '200ms',
        nodes: allNodes(),
        consensus: consensus(),
      },
    });
    const [outage] = runs;
    if (outage?.outcome !== 'ran') throw new Error('expected the outage to have run');
    const loads = outage.report.events.filter(({ type }) => type === 'load:stopped');
    expect(loads).toHaveLength(1);
  });

  it('chaos_experiments', async () => {
    const result = await suite('chaos_experiments', {
      parameters: { target: front(), level: '8MiB', duration: '60s', pause: '20s' },
      perRun: { 'network-chaos': { target: shop() }, 'basic-container-chaos': { pause: '120s' } },
    });
    expect(result.runs.map(({ name }) => name)).toEqual(['basic-container-chaos', 'network-chaos', 'resource-stress']);
  });

  it('service_restart, which is in no suite', async () => {
    const run = runScenario(engine, scenarioLibrary(), 'service_restart', {
      parameters: { target: front() },
      timeScale: TIME_SCALE,
    });
    const { faults, reversal } = await run.report;
    expect(faults.map(({ outcome }) => outcome)).toEqual(['injected']);
    expect(reversal.clean).toBe(true);
  });
});

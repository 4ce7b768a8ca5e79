import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, type Report } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import {
  definePlaybook,
  defineTrigger,
  dockerServices,
  fromProbe,
  http,
  playbooks,
  recovery,
  standardActions,
  triggers,
} from '@bridge/chaos-recovery';
import { expect, test } from 'vitest';
import { startWatch } from './watch.ts';
import { type WebService, webService } from './web-service.ts';

type Engine = ChaosEngine<[ReturnType<typeof containers>, ReturnType<typeof recovery>]>;

async function startEngine() {
  const state = await mkdtemp(join(tmpdir(), 'chaos-self-heal-'));
  const engine: Engine = new ChaosEngine({
    plugins: [containers(), recovery()],
    state,
    armed: true,
    signals: false,
    // A busy test machine is no reason to call the run invalid: what counts here is the order of things.
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0.1 }),
  });
  await engine.start();
  return {
    engine,
    state,
    async [Symbol.asyncDispose]() {
      await engine.close();
      await rm(state, { recursive: true });
    },
  };
}

/** The service crashes while it is under load; nothing but the system itself may bring it back. */
async function crashUnderLoad(engine: Engine, { container, url }: WebService): Promise<Report> {
  const run = engine.run({
    name: 'the web server crashes under load',
    steadyState: {
      probes: [http({ name: 'web', url, every: '50ms', timeout: '500ms', keepAlive: false })],
      objectives: [{ probe: 'web', success: 0.5 }],
    },
    baseline: '1s',
    load: { type: 'http', request: { url }, arrivals: { kind: 'constant', rate: 20 } },
    faults: [{ type: 'container.crash', target: { container: container.name } }],
    recovery: { within: '40s', hold: '1s' },
    expect: 'recovered',
  });
  return await run.report;
}

function expectSelfHealed(report: Report): void {
  const { impact, detect, act, recovered } = report.marks;
  expect(report.verdict, JSON.stringify(report.reasons)).toBe('recovered');
  for (const mark of [impact, detect, act, recovered]) expect(mark).not.toBeNull();
  expect(detect).toBeLessThanOrEqual(act ?? Number.NaN);
  expect(act).toBeLessThan(recovered ?? Number.NaN);
  expect(report.timeToDetect).toBeGreaterThanOrEqual(0);
  expect(report.timeToRecover).toBeGreaterThan(0);
  expect(report.timings.selfHeal).toBe(report.timeToRecover);
}

test('crash under load, the watchtower restarts it: detection, recovery and self-heal are in the report', async () => {
  await using host = await startEngine();
  await using watch = startWatch({ signals: host.engine });
  await watch.seen('watchtower:active');
  await using web = await webService({ [watch.label]: 'true' });
  const report = await crashUnderLoad(host.engine, web);
  expectSelfHealed(report);
  expect(watch.types().filter((type) => type === 'watchtower:restarting')).toHaveLength(1);
});

test('the same with a trigger and a playbook', async () => {
  await using host = await startEngine();
  await using web = await webService();
  const smokeTest = { action: 'run_smoke_tests', with: { endpoints: [{ url: web.url }], timeout: 1_000 } };
  const restart = definePlaybook({
    name: 'restart-web',
    on: ['web-down'],
    steps: [{ id: 'restart', action: 'restart_service', with: { service: web.container.id } }],
    settle: '300ms',
    verify: [smokeTest],
    coolDown: 0,
  });
  await using book = await playbooks({
    playbooks: [restart],
    actions: standardActions({ services: dockerServices() }),
    folder: join(host.state, 'playbooks'),
    signals: host.engine,
  });
  const down = defineTrigger({
    name: 'web-down',
    group: 'web',
    detector: fromProbe(http({ name: 'web', url: web.url, timeout: '500ms', keepAlive: false })),
    every: '100ms',
    confirm: { failures: 2, of: 3 },
  });
  await using _monitor = triggers({ triggers: [down], handler: book, signals: host.engine });
  expectSelfHealed(await crashUnderLoad(host.engine, web));
  expect(book.recent.map(({ type }) => type)).toContain('playbook:ended');
});

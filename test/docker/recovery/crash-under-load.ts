import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, type Report } from '@bridge/chaos-core';
import { containers } from '@bridge/chaos-injectors';
import { http, recovery } from '@bridge/chaos-recovery';
import { expect } from 'vitest';
import type { WebService } from './web-service.ts';

type Engine = ChaosEngine<[ReturnType<typeof containers>, ReturnType<typeof recovery>]>;

/** Ms. */
const CHECK_TIMEOUT = 500;

export async function startEngine() {
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
export async function crashUnderLoad(engine: Engine, { container, url }: WebService): Promise<Report> {
  const run = engine.run({
    name: 'the web server crashes under load',
    steadyState: {
      probes: [http({ name: 'web', url, every: '50ms', timeout: CHECK_TIMEOUT, keepAlive: false })],
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

export function expectSelfHealed(report: Report): void {
  const { impact, detect, act, recovered } = report.marks;
  expect(report.verdict, JSON.stringify(report.reasons)).toBe('recovered');
  const seen = JSON.stringify({ marks: report.marks, signals: report.signals, episodes: report.episodes });
  for (const mark of [impact, detect, act, recovered]) expect(mark, seen).not.toBeNull();
  expect(detect, seen).toBeLessThanOrEqual(act ?? Number.NaN);
  // A check counts from when it was due: one that was due before the action may be answered by what the action brought back.
  expect(act, seen).toBeLessThan((recovered ?? Number.NaN) + CHECK_TIMEOUT);
  expect(report.timeToDetect).toBeGreaterThanOrEqual(0);
  expect(report.timeToRecover).toBeGreaterThan(0);
  expect(report.timings.selfHeal).toBe(report.timeToRecover);
}

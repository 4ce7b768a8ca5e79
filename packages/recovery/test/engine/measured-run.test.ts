import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge } from '@bridge/chaos-core';
import { comparingJudge, http, recovery, workerSampler } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import breakers from './breaker-plugin.ts';

async function breakableService() {
  const folder = await mkdtemp(join(tmpdir(), 'chaos-measured-'));
  const file = join(folder, 'broken');
  const child = fork(new URL('./breakable-service.mjs', import.meta.url), [file], { execArgv: [] });
  const [port] = await once(child, 'message');
  return {
    file,
    state: join(folder, 'state'),
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function blockThisThread(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

describe('a run that is sampled by a thread and compared with its baseline', () => {
  it('measures an outage while the event loop of the host is blocked, under load', { timeout: 60_000 }, async () => {
    await using service = await breakableService();
    await using engine = new ChaosEngine({
      plugins: [breakers(), recovery()],
      armed: true,
      state: service.state,
      sampler: workerSampler(),
      // A busy test machine is no reason to call the run invalid: what counts here is the order of things.
      judge: comparingJudge({ judge: coreJudge({ lagFloor: 5_000, leastRate: 0.5 }) }),
      safety: { checkInterval: '50ms' },
    });
    await engine.start();
    const business = { costPerLostRequest: 0.5, requestsPerSecond: 200, currency: 'EUR' };
    const scores: (number | null)[] = [];
    engine.on('health:second', ({ data }) => scores.push(data.score));
    const run = engine.run({
      name: 'the service breaks',
      steadyState: {
        probes: [http({ name: 'web', url: service.url, every: '10ms', timeout: '2s', business })],
        objectives: [{ probe: 'web', success: 0.9 }],
      },
      baseline: '1s',
      load: { type: 'http', request: { url: service.url }, arrivals: { kind: 'constant', rate: 20 } },
      faults: [{ type: 'service.break', target: { switch: service.file }, params: {}, for: '1500ms' }],
      recovery: { within: '20s', hold: '500ms' },
      expect: 'recovered',
      seed: 1,
    });
    engine.once('fault:effective', () => blockThisThread(1_000));
    const stopped = new Promise((resolve) => engine.once('load:stopped', ({ data }) => resolve(data.done)));
    const report = await run.report;

    expect(report.verdict).toBe('recovered');
    const { request, impact, recovered, confirmed } = report.marks;
    const order = [request, impact, recovered, confirmed].map((at) => at ?? Number.NaN);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(report.timeToRecover).toBeGreaterThan(1_000);
    // All that was due while the host was blocked was sent then, and failed.
    const [web] = report.probes;
    expect(web?.sampling?.rate).toBeGreaterThan(0.9);
    expect(web?.phases.find(({ phase }) => phase === 'failure')?.degraded).toBeGreaterThan(100);
    // The outage shows in the live score and in the report, and what it cost beside it.
    expect(report.health?.lowest?.score).toBeLessThan(0.8);
    expect(report.health?.phases.find(({ phase }) => phase === 'baseline')?.score).toBeGreaterThan(0.9);
    expect(scores.filter((score) => score !== null).length).toBeGreaterThan(0);
    expect(web?.lost).toMatchObject({ cost: 0.5 * (web?.lost?.requests ?? Number.NaN), currency: 'EUR' });
    expect(web?.lost?.requests).toBeGreaterThan(100);
    expect(await stopped).toMatchObject({ shed: 0, degraded: expect.any(Number) });
  });
});

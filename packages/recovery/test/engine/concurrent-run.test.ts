import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge } from '@bridge/chaos-core';
import { acceptMarks, app, signMark } from '@bridge/chaos-injectors/app';
import { type ComparingJudgement, comparingJudge, http, recovery, workerSampler } from '@bridge/chaos-recovery';
import { expect, it } from 'vitest';
import { httpService } from '../probe/http-service.ts';

const KEY = 'a key of sixteen bytes or more';
const COHORTS = { marked: 'web-marked', unmarked: 'web' } as const;

it('marked requests are compared with unmarked ones of the same seconds', { timeout: 90_000 }, async () => {
  const state = await mkdtemp(join(tmpdir(), 'chaos-concurrent-'));
  await using server = await httpService((_request, response) => void setTimeout(() => response.end('fine'), 20));
  using _marks = acceptMarks({ key: KEY });
  const judgements: ComparingJudgement[] = [];
  const judge = comparingJudge({
    // A busy test machine is no reason to call the run invalid.
    judge: coreJudge({ lagFloor: 10_000, leastRate: 0.1 }),
    design: 'concurrent',
    cohorts: [COHORTS],
  });
  const remembering = {
    window: judge.window,
    async judge(evidence: Parameters<typeof judge.judge>[0]) {
      const judgement = await judge.judge(evidence);
      judgements.push(judgement);
      return judgement;
    },
  };
  await using engine = new ChaosEngine({
    plugins: [app(), recovery()],
    armed: true,
    state,
    guardian: 'none',
    sampler: workerSampler(),
    judge: remembering,
  });
  await engine.start();
  const timing = { url: server.url, every: '50ms', timeout: '2s' } as const;
  const headers = { 'x-chaos-mark': signMark('trial', { key: KEY }) };
  const report = await engine.run({
    name: 'marked requests are served late',
    steadyState: {
      probes: [http({ name: COHORTS.unmarked, ...timing }), http({ name: COHORTS.marked, ...timing, headers })],
      objectives: [{ probe: COHORTS.unmarked, success: 0.9 }],
    },
    baseline: '6s',
    faults: [
      {
        type: 'app.http-server',
        target: { app: 'self' },
        params: { scope: { marked: 'trial' }, effect: { kind: 'delay', delay: '150ms' } },
        for: '14s',
      },
    ],
    recovery: { within: '10s', hold: '1s' },
    expect: 'held',
    seed: 1,
  }).report;

  const [latency] = judgements.flatMap(({ cohorts }) =>
    cohorts.flatMap((one) => (one.kind === 'latency' && one.window === 'fault' && 'ratio' in one ? [one] : [])),
  );
  expect(latency?.ratio).toBeGreaterThan(3);
  // The absolute objective was met all the time: only the comparison sees the harm, for certain if the machine is quiet.
  const certain = latency?.outcome === 'worse';
  expect(latency?.outcome).toBe(certain ? 'worse' : 'uncertain');
  expect(report.verdict).toBe(certain ? 'failed' : 'inconclusive');
  expect(report.reasons.map(({ code }) => code)).toContain(certain ? 'marked-worse' : 'marked-may-be-worse');
  await rm(state, { recursive: true });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosEngine, coreJudge, defineProbe, loadRuntimeConfig } from '@bridge/chaos-core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { withSafetyStops } from '../../src/guard/safety-stop.ts';

/** An engine with the safety block of a configuration, and one run with two probes whose service gets ill. */
async function runWith(safety: object) {
  const { engine: options } = await loadRuntimeConfig({ content: { safety }, environment: {} });
  const state = await mkdtemp(join(tmpdir(), 'chaos-safety-'));
  let health: 'healthy' | 'degraded' = 'healthy';
  const service = defineProbe({
    type: 'service',
    options: z.object({ of: z.string().optional() }),
    open: async () => ({ check: async () => ({ health }), close: async () => {} }),
  });
  // On a busy machine checks come late, which would make the run invalid as well: what counts here is why it ended.
  const judge = coreJudge({ lagFloor: 60_000, leastRate: 0.01 });
  await using engine = new ChaosEngine({
    ...options,
    safety: { ...options.safety, checkInterval: 20 },
    plugins: [],
    armed: true,
    guardian: 'none',
    state,
    judge,
  });
  await engine.start();
  engine.on('run:phase', ({ data }) => {
    if (data.phase === 'failure') health = 'degraded';
  });
  const probes = ['first', 'second'].map((name) => service({ name, every: '20ms', timeout: '10s' }));
  const run = engine.run({ name: 'x', steadyState: { probes }, baseline: '200ms', faults: [{ delay: '50s' }] });
  const report = await run.report;
  await rm(state, { recursive: true });
  return report;
}

describe('limits of the engine end every run', () => {
  it.each([
    ['max_error_rate', { max_error_rate: 50 }, /^(?:first|second): .* of checks healthy over 5000 ms, limit 50\.0 %$/],
    ['stopWhen', { stopWhen: [{ healthBelow: 0.8, over: '1s' }] }, /^health score .* over 1000 ms, limit 80\.0 %$/],
  ])('%s', { timeout: 60_000 }, async (_, safety, sentence) => {
    const report = await runWith(safety);
    expect(report.aborted?.sentence).toMatch(sentence);
    expect(report.aborted).toMatchObject({ code: 'stop-condition' });
  });
});

describe('a limit', () => {
  const experiment = async (names: readonly string[]) => {
    const engine = new ChaosEngine({ plugins: [] });
    const nothing = defineProbe({
      type: 'nothing',
      options: z.object({ of: z.string().optional() }),
      open: async () => ({ check: async () => ({ health: 'healthy' as const }), close: async () => {} }),
    });
    const probes = names.map((name) => nothing({ name }));
    return engine.parse({
      name: 'x',
      steadyState: { probes },
      faults: [{ delay: '1s' }],
      stopWhen: [{ cpuAbove: 0.5 }],
    });
  };

  it('of a probe holds for each of them, beside those of the experiment', async () => {
    const { stopWhen } = withSafetyStops(await experiment(['a', 'b']), [{ p95Above: 100, cpuAbove: 0.9, over: 1_000 }]);
    expect(stopWhen).toEqual([
      { cpuAbove: 0.5, over: 5_000 },
      { cpuAbove: 0.9, over: 1_000 },
      { probe: 'a', p95Above: 100, over: 1_000 },
      { probe: 'b', p95Above: 100, over: 1_000 },
    ]);
  });

  it('of health is left out where no probe could see it', async () => {
    const { stopWhen } = withSafetyStops(await experiment([]), [{ healthBelow: 0.8, memoryAbove: 0.9, over: 1_000 }]);
    expect(stopWhen.slice(1)).toEqual([{ memoryAbove: 0.9, over: 1_000 }]);
  });

  it('that limits nothing is refused', () => {
    expect(() => new ChaosEngine({ plugins: [], safety: { stopWhen: [{ over: '1s' }] } })).toThrow(
      /safety\.stopWhen\[0\]: expected at least one of/,
    );
  });
});

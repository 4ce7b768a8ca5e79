import { inProcessSampler } from '@bridge/chaos-core';
import { calibrate, calibrationLines, http, tcp } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { calibration } from '../../src/calibration/calibration.ts';
import { COMPARISON_RULE } from '../../src/comparison/comparison-rule.ts';
import { httpService } from '../probe/http-service.ts';
import { quietRun } from './quiet-runs.ts';

const RUNS = 500;

describe('calibration of simulated runs', () => {
  // The whole rule of a run: two probes, latency and failures, corrected together.
  it.each([{ correlation: 0 }, { correlation: 0.6 }])(
    'raises a false alarm in at most 2 % of 500 runs without fault (lag-1 $correlation, 60 s a side, two probes)',
    { timeout: 120_000 },
    ({ correlation }) => {
      const probes = ['web', 'db'];
      const runs = Array.from({ length: RUNS }, (_, seed) => quietRun(60, { seed, correlation }, probes));
      const { verdicts, series } = calibration(runs, probes, 60_000, COMPARISON_RULE);
      expect(verdicts.trials).toBe(RUNS);
      expect(verdicts.rate).toBeLessThanOrEqual(0.02);
      expect(series).toHaveLength(4);
    },
  );

  it('finds +50 % in at least 90 % of 500 runs (lag-1 0.6, 60 s a side)', { timeout: 120_000 }, () => {
    const runs = Array.from({ length: RUNS }, (_, seed) => quietRun(60, { seed, correlation: 0.6, effect: 1.5 }));
    const { verdicts, series } = calibration(runs, ['web'], 60_000, COMPARISON_RULE);
    expect(verdicts.rate).toBeGreaterThanOrEqual(0.9);
    expect(series[0]?.largestRatio).toBeGreaterThan(1.5);
    expect(series[1]).toMatchObject({ kind: 'failures', alarms: 0 });
  });

  it('claims nothing from too few seconds', () => {
    const few = calibration([quietRun(3, { seed: 1, correlation: 0 })], ['web'], 3_000, COMPARISON_RULE);
    expect(few.verdicts).toMatchObject({ trials: 0, rate: null });
    expect(calibrationLines(few).join('\n')).toContain('false alarms: unknown: no run had enough seconds');
  });
});

describe('calibrate()', () => {
  it('samples a real service and prints the rate', async () => {
    await using service = await httpService((_, response) => response.end('ok'));
    const after: number[] = [];
    const result = await calibrate({
      probes: [http({ name: 'web', url: service.url, every: '50ms' })],
      window: '1s',
      runs: 2,
      sampler: inProcessSampler(),
      onRun: ({ verdicts }) => after.push(verdicts.trials),
    });
    expect(after).toHaveLength(2);
    expect(result.window).toBe(1);
    // One second a side is too little for a claim, and it makes none.
    expect(result.verdicts.rate).toBeNull();
    expect(calibrationLines(result)[1]).toContain('unknown');
  });

  it('compares as many seconds as it was told to', { timeout: 60_000 }, async () => {
    await using service = await httpService((_, response) => response.end('ok'));
    const result = await calibrate({
      probes: [http({ name: 'web', url: service.url, every: '50ms', timeout: '5s' })],
      window: '5s',
      runs: 1,
      sampler: inProcessSampler(),
      // A busy machine may be restless; what counts here is that it was compared.
      rule: { latencyDifference: 10_000, shareDifference: 2 },
    });
    expect(result.verdicts).toMatchObject({ trials: 1, alarms: 0, rate: 0 });
    expect(calibrationLines(result)[1]).toMatch(/false alarms: 0 of 1 = 0\.0 % \(95 % between 0\.0 % and 79\.3 %\)/);
  });

  it('refuses what it cannot sample, and ends when told to', async () => {
    const business = { costPerLostRequest: 1 };
    await expect(
      calibrate({ probes: [http({ name: 'x', url: 'http://127.0.0.1', business })], runs: 0 }),
    ).resolves.toBeDefined();
    await expect(calibrate({ probes: [Object.assign(tcp({ name: 'x', port: 1 }), { port: 0 })] })).rejects.toThrow(
      /CHAOS_PROBE_INVALID: tcp probe x\.port/,
    );
    await using service = await httpService((_, response) => response.end('ok'));
    const signal = AbortSignal.timeout(100);
    const endless = calibrate({ probes: [http({ name: 'web', url: service.url })], signal });
    await expect(endless).rejects.toThrow(/timeout/i);
  });
});

import { ChaosEngine, coreJudge } from '@bridge/chaos-core';
import { metric, recovery } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../probe/server/temporary-folder.ts';

describe('health score as a stop condition', () => {
  it('ends a run below 0.8, with the score in the reason and in the report', { timeout: 60_000 }, async () => {
    await using folder = await temporaryFolder();
    const options = { plugins: [recovery()], armed: true, guardian: 'none', state: folder.path } as const;
    // On a busy machine checks that were due in the baseline may see the backlog, which would make the run invalid as well:
    // what counts here is why it ended.
    const judge = coreJudge({ lagFloor: 60_000, leastRate: 0.01 });
    await using engine = new ChaosEngine({ ...options, judge, safety: { checkInterval: '20ms' } });
    await engine.start();
    let load = 1;
    const backlog = metric('backlog', () => load);
    const steady = metric('steady', () => 1);
    engine.on('run:phase', ({ data }) => {
      if (data.phase === 'failure') load = 100;
    });
    const run = engine.run({
      name: 'a queue that fills',
      steadyState: {
        probes: [
          backlog({ name: 'queue', every: '20ms', timeout: '5s', expect: { atMost: 10 } }),
          steady({ name: 'other', every: '20ms', timeout: '5s', expect: { atMost: 10 } }),
        ],
        objectives: [
          { probe: 'queue', success: 0.99, weight: 3 },
          { probe: 'other', success: 0.99 },
        ],
      },
      baseline: '300ms',
      faults: [{ delay: '50s' }],
      stopWhen: [{ healthBelow: true, over: '1s' }],
    });
    const report = await run.report;
    expect(report.aborted).toMatchObject({ code: 'stop-condition', numbers: { limit: 0.8 } });
    expect(report.aborted?.sentence).toMatch(/^health score \d+\.\d % over 1000 ms, limit 80\.0 %$/);
    const [queue, other] = report.health?.phases.find(({ phase }) => phase === 'failure')?.components ?? [];
    expect(queue).toMatchObject({ probe: 'queue', weight: 3, target: 0.99 });
    expect(queue?.score).toBeLessThan(0.8);
    expect(other).toMatchObject({ probe: 'other', score: 1 });
  });

  it('refuses what is no share', async () => {
    await using folder = await temporaryFolder();
    await using engine = new ChaosEngine({ plugins: [recovery()], state: folder.path });
    const parse = (healthBelow: unknown): unknown =>
      engine.parse({ name: 'x', faults: [{ delay: '1s' }], stopWhen: [{ healthBelow }] });
    expect(parse(true)).toMatchObject({ stopWhen: [{ healthBelow: 0.8 }] });
    expect(parse('70%')).toMatchObject({ stopWhen: [{ healthBelow: 0.7 }] });
    expect(() => parse(false)).toThrow(/CHAOS_EXPERIMENT_INVALID: .*stopWhen\[0\]\.healthBelow/s);
    expect(() => parse(2)).toThrow(/healthBelow/);
  });
});

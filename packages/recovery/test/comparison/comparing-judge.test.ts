import { coreJudge } from '@bridge/chaos-core';
import { comparingJudge } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { type Behaviour, evidenceOf, type Story } from './evidence.ts';

const TIMES = { baseline: 40, removed: 80, end: 120 } as const;

async function judged(behaviour: Behaviour, story: Partial<Story> = {}) {
  return comparingJudge().judge(evidenceOf({ behaviour, expect: 'held', ...TIMES, ...story }));
}

const during =
  (level: number): Behaviour =>
  (second) => ({ latency: second >= 40 && second < 80 ? level : 40 });

describe('comparing judge', () => {
  it('holds when nothing changed, and gives the numbers', async () => {
    const { verdict, reasons, comparisons } = await judged(during(40));
    expect(verdict).toBe('held');
    const compared = reasons.filter(({ code }) => code === 'not-worse-than-baseline');
    expect(compared.map(({ numbers }) => [numbers['window'], numbers['metric']])).toEqual([
      ['fault', 'latency'],
      ['fault', 'failures'],
      ['after', 'latency'],
      ['after', 'failures'],
    ]);
    expect(compared[0]?.numbers).toMatchObject({
      seconds: 38,
      baselineSeconds: 40,
      adjustedPValue: expect.any(Number),
    });
    expect(comparisons.every(({ outcome }) => outcome === 'not-worse')).toBe(true);
  });

  it('fails a system that stays within its objectives and is half as slow again', async () => {
    const evidence = evidenceOf({ behaviour: during(60), expect: 'held', ...TIMES });
    expect((await coreJudge().judge(evidence)).verdict).toBe('held');
    const { verdict, reasons, tails } = await comparingJudge().judge(evidence);
    expect(verdict).toBe('failed');
    expect(reasons[0]?.numbers).toMatchObject({ p95Ratio: tails[0]?.ratio, p99RatioLow: tails[1]?.interval.low });
    expect(reasons[0]).toMatchObject({ code: 'worse-than-baseline', verdict: 'failed' });
    expect(reasons[0]?.sentence).toMatch(
      /^web: while the fault was there worse than the baseline: median latency [34]\d\.\d ms to [56]\d\.\d ms \(1\.\d\dx\)$/,
    );
    const [p95] = tails;
    expect(p95).toMatchObject({ probe: 'web', window: 'fault', share: 0.95 });
    expect(p95?.interval.low).toBeGreaterThan(1.3);
    expect(p95?.interval.high).toBeLessThan(1.7);
  });

  it('is recovered where the experiment allows an impact', async () => {
    const { verdict, reasons } = await judged(during(60), { expect: 'recovered' });
    expect(verdict).toBe('recovered');
    expect(reasons[0]?.code).toBe('worse-than-baseline');
  });

  it('fails when the system does not come back to what it was', async () => {
    const slowForEver: Behaviour = (second) => ({ latency: second >= 40 ? 60 : 40 });
    const { verdict, reasons } = await judged(slowForEver, { expect: 'recovered' });
    expect(verdict).toBe('failed');
    expect(reasons[0]?.code).toBe('worse-after-recovery');
  });

  it('is invalid when the baseline drifts, in either direction', async () => {
    const warmingUp: Behaviour = (second) => ({ latency: second < 20 ? 80 : 40 });
    const wearingOut: Behaviour = (second) => ({ latency: second < 20 ? 40 : 80 });
    for (const behaviour of [warmingUp, wearingOut]) {
      const { verdict, reasons } = await judged(behaviour);
      expect(verdict).toBe('invalid');
      expect(reasons[0]?.code).toBe('baseline-drift');
    }
  });

  it('does not take quick refusals for quick answers', async () => {
    const refusing: Behaviour = (second) => {
      const fails = second >= 40 && second < 80 && Math.floor(second * 20) % 8 === 0;
      return { latency: fails ? 0.1 : 40, fails };
    };
    const { reasons } = await judged(refusing, { expect: 'recovered' });
    const worse = reasons.filter(({ code }) => code === 'worse-than-baseline');
    expect(worse.map(({ numbers }) => numbers['metric'])).toEqual(['failures']);
  });

  it('is inconclusive about "held" when there were too few seconds', async () => {
    const { verdict, reasons } = await judged(during(40), { baseline: 40, removed: 45, end: 90 });
    expect(verdict).toBe('inconclusive');
    expect(reasons[0]).toMatchObject({ code: 'too-few-seconds', numbers: { seconds: 3, needed: 5 } });
    const allowed = await judged(during(40), { removed: 45, end: 90, expect: 'recovered' });
    expect(allowed.verdict).toBe('held');
  });

  it('says the same of the same evidence', async () => {
    expect(await judged(during(60))).toEqual(await judged(during(60)));
  });

  it('leaves a run without baseline to the absolute rules', async () => {
    const evidence = evidenceOf({ behaviour: during(60), expect: 'held', ...TIMES });
    const phases = evidence.phases.filter(({ phase }) => phase !== 'baseline');
    const { verdict, comparisons } = await comparingJudge().judge({ ...evidence, phases });
    expect([verdict, comparisons]).toEqual(['held', []]);
  });
});

import { type Evidence, type Random, seededRandom } from '@bridge/chaos-core';
import { compareCohorts, comparingJudge } from '@bridge/chaos-recovery';
import { describe, expect, it } from 'vitest';
import { compare } from '../../src/comparison/comparison-rule.ts';
import type { SecondPoint } from '../../src/comparison/second-points.ts';
import { normalQuantile } from '../../src/statistics/normal.ts';
import { type Behaviour, evidenceOf, type Story } from './evidence.ts';

const COHORTS = { marked: 'web-marked', unmarked: 'web' } as const;
const TIMES = { baseline: 40, removed: 80, end: 120 } as const;

function gauss(random: Random): number {
  return normalQuantile(Math.min(Math.max(random.next(), 1e-12), 1 - 1e-12));
}

/** Two cohorts of `n` s whose level wanders together (lag-1 0.8, sigma 0.4) and apart (sigma 0.1). */
function cohorts(n: number, random: Random, effect = 1): { marked: SecondPoint[]; unmarked: SecondPoint[] } {
  let common = gauss(random);
  const levels = Array.from({ length: n }, () => {
    common = 0.8 * common + 0.6 * gauss(random);
    const level = 100 * Math.exp(0.4 * common);
    return [level * Math.exp(0.1 * gauss(random)), effect * level * Math.exp(0.1 * gauss(random))] as const;
  });
  const point = (latency: number, second: number): SecondPoint => ({
    at: second * 1000,
    latencies: [latency],
    failures: 0,
  });
  return {
    unmarked: levels.map(([one], second) => point(one, second)),
    marked: levels.map(([, other], second) => point(other, second)),
  };
}

function shareOfWorse(n: number, effect: number): number {
  const random = seededRandom(`${n}/${effect}`);
  const runs = Array.from({ length: 500 }, () =>
    compareCohorts([{ cohorts: COHORTS, window: 'fault', ...cohorts(n, random, effect) }]),
  );
  return runs.filter((run) => run.some(({ outcome }) => outcome === 'worse')).length / runs.length;
}

describe('marked against unmarked requests of the same seconds', () => {
  it('raises a false alarm in at most 2 % of 500 runs, while both wander wildly', () => {
    expect(shareOfWorse(30, 1)).toBeLessThanOrEqual(0.02);
  });

  it('finds +50 % in 20 s, which before and after could not', () => {
    expect(shareOfWorse(20, 1.5)).toBeGreaterThanOrEqual(0.9);
    const random = seededRandom(4);
    const found = Array.from({ length: 500 }, () => {
      const { unmarked } = cohorts(20, random);
      const { marked } = cohorts(20, random, 1.5);
      const series = ({ latencies: [latency = 0] }: SecondPoint): number => latency;
      return compare('latency', unmarked.map(series), marked.map(series)).outcome === 'worse';
    });
    expect(found.filter(Boolean).length / 500).toBeLessThan(0.3);
  });

  it('pairs seconds by time and claims nothing from too few', () => {
    const { marked, unmarked } = cohorts(6, seededRandom(1));
    const [latency] = compareCohorts([{ cohorts: COHORTS, window: 'fault', marked, unmarked: unmarked.slice(2) }]);
    expect(latency).toMatchObject({ outcome: 'too-few', seconds: 4, needed: 5 });
  });
});

/** The same run seen by two probes. */
function both(unmarked: Behaviour, marked: Behaviour, story: Partial<Story> = {}): Evidence {
  const [one, other] = [unmarked, marked].map((behaviour) =>
    evidenceOf({ expect: 'held', ...TIMES, ...story, behaviour }),
  );
  if (one === undefined || other === undefined) throw new Error('expected two runs');
  const { experiment, sampler } = one;
  const { probes } = experiment.steadyState;
  const name = COHORTS.marked;
  return {
    ...one,
    samples: [...one.samples, ...other.samples.map((sample) => ({ ...sample, probe: name }))],
    sampler: {
      probes: [...(sampler?.probes ?? []), ...(sampler?.probes ?? []).map((probe) => ({ ...probe, probe: name }))],
    },
    experiment: {
      ...experiment,
      steadyState: {
        probes: [...probes, ...probes.map((probe) => ({ ...probe, name }))],
        objectives: [...experiment.steadyState.objectives, { probe: name, success: 0.9 }],
      },
    },
  };
}

const judge = comparingJudge({ design: 'concurrent', cohorts: [COHORTS] });
const during = (second: number): boolean => second >= 40 && second < 80;
/** Calmer after 20 s: a baseline that no window can be held against. */
const calming: Behaviour = (second) => ({ latency: second < 20 ? 80 : 40 });
/** Busier by the minute. */
const tide = (second: number): number => 40 + second;

describe('comparing judge with a concurrent design', () => {
  it('holds a system that was restless for everybody while the marked requests were as good as the others', async () => {
    const evidence = both(calming, calming);
    expect((await comparingJudge().judge(evidence)).verdict).toBe('invalid');
    const { verdict, cohorts: compared, comparisons } = await judge.judge(evidence);
    expect([verdict, comparisons]).toEqual(['held', []]);
    expect(compared.map(({ window, kind, outcome }) => `${window} ${kind} ${outcome}`)).toEqual([
      'baseline latency not-worse',
      'baseline failures not-worse',
      'fault latency not-worse',
      'fault failures not-worse',
      'after latency not-worse',
      'after failures not-worse',
    ]);
  });

  it('finds what the fault did to marked requests in the middle of a tide', async () => {
    const slower: Behaviour = (second) => ({ latency: tide(second) * (during(second) ? 1.4 : 1) });
    const { verdict, reasons } = await judge.judge(both((second) => ({ latency: tide(second) }), slower));
    expect(verdict).toBe('failed');
    expect(reasons[0]).toMatchObject({ code: 'marked-worse', numbers: { marked: 'web-marked', window: 'fault' } });
    expect(reasons[0]?.sentence).toMatch(
      /^web-marked beside web, while the fault was there: median latency 1\d\d\.\d ms against \d+\.\d ms \(1\.[34]\dx\) in the same 38 s$/,
    );
    const allowed = both((second) => ({ latency: tide(second) }), slower, { expect: 'recovered' });
    expect((await judge.judge(allowed)).verdict).toBe('recovered');
  });

  it('fails a system whose marked requests stay worse after the fault', async () => {
    const forEver: Behaviour = (second) => ({ latency: second >= 40 ? 60 : 40 });
    const { reasons } = await judge.judge(both(() => ({ latency: 40 }), forEver, { expect: 'recovered' }));
    expect(reasons[0]).toMatchObject({ verdict: 'failed', code: 'marked-worse-after-recovery' });
  });

  it('is invalid when the two probes differ before anything was broken', async () => {
    const { verdict, reasons } = await judge.judge(
      both(
        () => ({ latency: 40 }),
        () => ({ latency: 80 }),
      ),
    );
    expect([verdict, reasons[0]?.code]).toEqual(['invalid', 'cohorts-differ']);
  });

  it('does not take a fault that hits everybody for one that hits nobody', async () => {
    const hit: Behaviour = (second) => ({ latency: during(second) ? 80 : 40 });
    const { verdict, reasons } = await judge.judge(both(hit, hit));
    expect([verdict, reasons[0]?.code]).toEqual(['inconclusive', 'unmarked-worse']);
  });

  it('says what it expects', async () => {
    expect(() => comparingJudge({ design: 'concurrent' })).toThrow(
      /CHAOS_OPTIONS_INVALID: expected design 'concurrent' and cohorts together, got no cohorts/,
    );
    expect(() => comparingJudge({ cohorts: [COHORTS] })).toThrow(/got design "before-after"/);
    const misspelt = comparingJudge({ design: 'concurrent', cohorts: [{ marked: 'wbe', unmarked: 'web' }] });
    const flat = both(
      () => ({ latency: 40 }),
      () => ({ latency: 40 }),
    );
    await expect(misspelt.judge(flat)).rejects.toThrow(/got "wbe"/);
  });
});

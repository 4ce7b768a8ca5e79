import { describe, expect, it } from 'vitest';
import type { Experiment } from '../../src/experiment/experiment.ts';
import { healthScore } from '../../src/run/health-score.ts';
import type { Sample } from '../../src/run/sampler.ts';

type SteadyState = Experiment['steadyState'];

const probe = (name: string) => ({ name, type: 'http', every: 100, timeout: 1_000, options: {} });

function samples(name: string, healths: readonly Sample['health'][], latency = 10): Sample[] {
  return healths.map((health, index) => {
    const times = { intended: index, started: index, ended: index + latency, latency };
    return { probe: name, index, ...times, outcome: 'answered', health };
  });
}

const of = (steadyState: SteadyState, all: readonly Sample[]) =>
  healthScore(steadyState, (name) => all.filter((sample) => sample.probe === name));
const times = <Item>(count: number, item: Item): Item[] => Array.from({ length: count }, () => item);

describe('health score', () => {
  const two: SteadyState = {
    probes: [probe('web'), probe('db')],
    objectives: [
      { probe: 'web', success: 0.99, p95: 100, weight: 3 },
      { probe: 'db', success: 0.5, weight: 2 },
    ],
  };

  it('is 1 when everything that must hold does', () => {
    const all = [
      ...samples('web', times(100, 'healthy')),
      ...samples('db', [...times<Sample['health']>(5, 'healthy'), ...times<Sample['health']>(5, 'degraded')]),
    ];
    const { score, components } = of(two, all);
    expect(score).toBe(1);
    expect(
      components.map(({ probe: name, metric, weight, share, target }) => [name, metric, weight, share, target]),
    ).toEqual([
      ['web', 'success', 3, 1, 0.99],
      ['web', 'p95', 3, 1, 0.95],
      ['db', 'success', 2, 0.5, 0.5],
    ]);
  });

  it('is the weighted mean of what is left of each', () => {
    // Half of the answers of web are there, all too slow: 0.5/0.99 and 0.
    const web = samples(
      'web',
      [...times<Sample['health']>(5, 'healthy'), ...times<Sample['health']>(5, 'degraded')],
      200,
    );
    const { score } = of(two, [...web, ...samples('db', times(4, 'healthy'))]);
    expect(score).toBeCloseTo((3 * (0.5 / 0.99) + 3 * 0 + 2 * 1) / 8, 12);
  });

  it('hardly shows one bad check of a hundred', () => {
    const web = samples('web', [...times<Sample['health']>(98, 'healthy'), ...times<Sample['health']>(2, 'degraded')]);
    expect(of({ probes: [probe('web')], objectives: [{ probe: 'web', success: 0.99 }] }, web).score).toBeGreaterThan(
      0.98,
    );
  });

  it('leaves out what nobody could see, and is unknown when that is all', () => {
    const blind = samples('db', times(10, 'unknown'));
    const { score, components } = of(two, [...samples('web', times(10, 'healthy')), ...blind]);
    expect(score).toBe(1);
    expect(components.at(-1)).toMatchObject({ probe: 'db', share: null, score: null });
    expect(of(two, blind).score).toBeNull();
  });

  it('is made of the success of every probe where there is no objective', () => {
    const none: SteadyState = { probes: [probe('a'), probe('b')], objectives: [] };
    const all = [...samples('a', times(4, 'healthy')), ...samples('b', times(4, 'degraded'))];
    expect(of(none, all)).toMatchObject({ score: 0.5, components: [{ target: 1 }, { target: 1 }] });
  });
});

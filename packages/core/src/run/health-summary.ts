import type { Evidence } from './evidence.ts';
import { samplesIn } from './evidence.ts';
import { HEALTH_WINDOW } from './health-meter.ts';
import { countHealth, type HealthCount, healthScore, healthSeries, scoreHealth } from './health-score.ts';
import type { Report } from './report-schema.ts';
import type { Sample } from './sampler.ts';

type HealthReport = NonNullable<Report['health']>;

const SECOND = 1_000;

/** The health of a run: per phase with its components, and where it was worst. `start`: monotonic ms. */
export function summarizeHealth(evidence: Evidence, start: number): HealthReport {
  const { experiment, samples, phases } = evidence;
  const spans = phases.map((span) => ({ phase: span.phase, samples: samplesIn(samples, span) }));
  return {
    lowest: lowest(evidence, start),
    phases: spans
      .filter((span) => span.samples.length > 0)
      .map((span) => ({ phase: span.phase, ...healthScore(experiment.steadyState, () => span.samples) })),
  };
}

/** The lowest score of any window, which slides second by second; `at`: seconds since the start at which it began. */
function lowest({ experiment, samples }: Evidence, start: number): HealthReport['lowest'] {
  const bySecond = Map.groupBy(samples, ({ intended }) => Math.floor((intended - start) / SECOND));
  const seconds = [...bySecond.keys()].sort((a, b) => a - b);
  const series = healthSeries(experiment.steadyState);
  const counts = new Map(seconds.map((at) => [at, series.map((one) => countHealth(one, secondOf(bySecond, at)))]));
  const length = HEALTH_WINDOW / SECOND;
  const scores = seconds.flatMap((at) => {
    const inside = Array.from({ length }, (_, offset) => counts.get(at + offset)).filter((one) => one !== undefined);
    const { score } = scoreHealth(series.map((one, index) => ({ ...one, ...sum(inside.map((each) => each[index])) })));
    return score === null ? [] : [{ at, score }];
  });
  return scores.reduce<HealthReport['lowest']>((low, one) => (low === null || one.score < low.score ? one : low), null);
}

function secondOf(bySecond: ReadonlyMap<number, readonly Sample[]>, at: number): readonly Sample[] {
  return bySecond.get(at) ?? [];
}

function sum(counts: readonly (HealthCount | undefined)[]): HealthCount {
  const of = (what: keyof HealthCount): number => counts.reduce((total, count) => total + (count?.[what] ?? 0), 0);
  return { within: of('within'), counted: of('counted') };
}

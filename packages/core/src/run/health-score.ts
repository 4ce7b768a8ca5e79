import type { Experiment } from '../experiment/experiment.ts';
import { isWithin, type ObjectiveMetric } from './objective-result.ts';
import type { Sample } from './sampler.ts';

/** One thing that must hold, as a share of what it must be. */
export interface HealthComponent {
  readonly probe: string;
  readonly metric: ObjectiveMetric;
  /** Of its objective; 1 unless written otherwise. */
  readonly weight: number;
  /** Share of checks within the limit; null without a check that counts. */
  readonly share: number | null;
  /** Share that must be within. */
  readonly target: number;
  /** `share / target`, at most 1: one bad check in a hundred hardly shows, an outage does. */
  readonly score: number | null;
}

export interface HealthScore {
  /** Weighted mean of the components that are known, 0 to 1. Null when none is: no data is no health. */
  readonly score: number | null;
  readonly components: readonly HealthComponent[];
}

/** What a component counts. */
export interface HealthSeries {
  readonly probe: string;
  readonly metric: ObjectiveMetric;
  readonly weight: number;
  readonly target: number;
  /** Milliseconds; infinite for `success`. */
  readonly latencyLimit: number;
}

const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;
const METRICS = ['success', 'p50', 'p95', 'p99'] as const;

/** Every limit of every objective; without objectives, the success of every probe. */
export function healthSeries({ probes, objectives }: Experiment['steadyState']): HealthSeries[] {
  if (objectives.length === 0) {
    return probes.map(({ name }) => ({ probe: name, metric: 'success', weight: 1, target: 1, latencyLimit: Infinity }));
  }
  return objectives.flatMap((objective) =>
    METRICS.flatMap((metric): HealthSeries[] => {
      const limit = objective[metric];
      if (limit === undefined) return [];
      const { probe, weight = 1 } = objective;
      if (metric === 'success') return [{ probe, metric, weight, target: limit, latencyLimit: Infinity }];
      return [{ probe, metric, weight, target: SHARES[metric], latencyLimit: limit }];
    }),
  );
}

/** Checks that were within a limit, of those that count. */
export interface HealthCount {
  readonly within: number;
  readonly counted: number;
}

/** Checks that could not look count for nothing. */
export function countHealth({ probe, latencyLimit }: HealthSeries, samples: readonly Sample[]): HealthCount {
  const counted = samples.filter((sample) => sample.probe === probe && sample.health !== 'unknown');
  return { within: counted.filter((sample) => isWithin(sample, latencyLimit)).length, counted: counted.length };
}

/** The score of counts that were made beforehand, one per series. */
export function scoreHealth(counts: readonly (HealthSeries & HealthCount)[]): HealthScore {
  const components = counts.map(({ probe, metric, weight, target, within, counted }): HealthComponent => {
    const share = counted === 0 ? null : within / counted;
    const score = share === null ? null : target === 0 ? 1 : Math.min(1, share / target);
    return { probe, metric, weight, share, target, score };
  });
  const known = components.flatMap(({ score, weight }) => (score === null || weight === 0 ? [] : [{ score, weight }]));
  const weights = known.reduce((sum, { weight }) => sum + weight, 0);
  const weighted = known.reduce((sum, { score, weight }) => sum + score * weight, 0);
  return { score: weights === 0 ? null : weighted / weights, components };
}

/** The score of some samples; `samplesOf` gives those of one probe. */
export function healthScore(
  steadyState: Experiment['steadyState'],
  samplesOf: (probe: string) => readonly Sample[],
): HealthScore {
  return scoreHealth(healthSeries(steadyState).map((one) => ({ ...one, ...countHealth(one, samplesOf(one.probe)) })));
}

import type { Experiment } from '../experiment/experiment.ts';
import { type Episode, episodes } from './episode.ts';
import { judgedProbes } from './evidence.ts';
import { type ImpactWindow, type Incident, type IncidentRule, incidents, type Tick } from './incident.ts';
import { isWithin } from './objective-result.ts';
import type { Sample } from './sampler.ts';

/** The incident rule of an experiment: its own hold and ratio, the given window. */
export function incidentRule(experiment: Experiment, window: ImpactWindow): IncidentRule {
  const { hold, success: ratio } = experiment.recovery;
  return { ...window, hold, ratio };
}

/** Episodes in which users were hit, found in these samples of the probes that decide. */
export function findEpisodes(experiment: Experiment, samples: readonly Sample[], rule: IncidentRule): Episode[] {
  const byProbe = Map.groupBy(samples, (sample) => sample.probe);
  const found = new Map<string, Incident[]>();
  for (const probe of judgedProbes(experiment)) {
    const limit = latencyLimit(experiment, probe);
    const ticks = (byProbe.get(probe) ?? []).map((sample) => tick(sample, limit));
    found.set(
      probe,
      incidents(
        ticks.toSorted((a, b) => a.at - b.at),
        rule,
      ),
    );
  }
  return episodes(found);
}

function tick(sample: Sample, limit: number): Tick {
  const ok = isWithin(sample, limit);
  return { at: sample.intended, ok, failed: !ok && sample.health !== 'unknown' };
}

/**
 * The latency over which a single check counts as failed. Only tail limits qualify: half of all checks may be above
 * the p50 limit of a system that keeps it.
 */
function latencyLimit(experiment: Experiment, probe: string): number {
  const tails = experiment.steadyState.objectives
    .filter((objective) => objective.probe === probe)
    .flatMap(({ p95, p99 }) => [p95, p99].filter((limit) => limit !== undefined));
  return tails.length === 0 ? Infinity : Math.max(...tails);
}

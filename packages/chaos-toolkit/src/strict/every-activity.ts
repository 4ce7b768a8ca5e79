import type { Activity, ChaosToolkitExperiment, Entry } from '../experiment/experiment.ts';

/** Where an activity stands. */
export type Section = 'hypothesis' | 'method' | 'rollbacks';

/** Every activity that is written out, not the references. */
export function* everyActivity(
  experiment: ChaosToolkitExperiment,
): Generator<Activity & { readonly section: Section }> {
  for (const [section, entries] of sections(experiment)) {
    for (const entry of entries) if (entry.kind === 'activity') yield { ...entry, section };
  }
}

function sections({ hypothesis, method, rollbacks }: ChaosToolkitExperiment): [Section, readonly Entry[]][] {
  return [
    ['hypothesis', hypothesis?.probes ?? []],
    ['method', method],
    ['rollbacks', rollbacks],
  ];
}

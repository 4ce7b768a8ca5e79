import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import type { Finding } from '../run/finding.ts';

export function findTraps(_experiment: ChaosToolkitExperiment): Finding[] {
  return [];
}

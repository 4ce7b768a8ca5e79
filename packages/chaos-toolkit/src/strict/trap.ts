import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import type { Finding } from '../run/finding.ts';

/** Looks for one kind of trap in an experiment that is well formed. */
export type TrapRule = (experiment: ChaosToolkitExperiment) => Iterable<Finding>;

export function trap(name: string, path: string, message: string, remedy: string): Finding {
  return { trap: name, path, message, remedy };
}

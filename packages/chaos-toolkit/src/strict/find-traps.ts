import type { ChaosToolkitExperiment } from '../experiment/experiment.ts';
import type { Finding } from '../run/finding.ts';
import { activityTraps } from './activity-traps.ts';
import { ignoredKeys } from './ignored-keys.ts';
import { structureTraps } from './structure-traps.ts';
import { toleranceTraps } from './tolerance-traps.ts';
import type { TrapRule } from './trap.ts';
import { variableTraps } from './variable-traps.ts';

const RULES: readonly TrapRule[] = [ignoredKeys, structureTraps, activityTraps, toleranceTraps, variableTraps];

/** Everything that Chaos Toolkit passes over and its author probably did not mean. */
export function findTraps(experiment: ChaosToolkitExperiment): Finding[] {
  return RULES.flatMap((rule) => [...rule(experiment)]);
}

import { duration } from '../duration.ts';
import type { WrittenExperiment } from './expansion.ts';

/** Keys of a step that say how long it lasts. */
const LASTING = ['for', 'delay'] as const;
/** A fault is not held for less: that would be no time at all. */
const SHORTEST = 1;

/**
 * The same experiment in less, or more, time: baseline, holds of faults and loads, delays, and how long the recovery must
 * hold. Deadlines (`recovery.within`, `maxDuration`) and the faults themselves stay as they are.
 */
export function scaled(experiment: WrittenExperiment, factor: number): WrittenExperiment {
  if (factor === 1) return experiment;
  const time = (value: unknown): unknown => {
    const parsed = duration.safeParse(value);
    return parsed.success ? Math.max(SHORTEST, parsed.data * factor) : value;
  };
  const { baseline, recovery, faults } = experiment;
  const hold = isObject(recovery) ? recovery['hold'] : undefined;
  return {
    ...experiment,
    ...(baseline === undefined ? {} : { baseline: time(baseline) }),
    ...(hold === undefined || !isObject(recovery) ? {} : { recovery: { ...recovery, hold: time(hold) } }),
    faults: faults.map((step) => scaledStep(step, time)),
  };
}

function scaledStep(step: unknown, time: (value: unknown) => unknown): unknown {
  if (!isObject(step)) return step;
  const members = Object.entries(step).map(([key, value]) => {
    if (LASTING.some((lasting) => lasting === key)) return [key, time(value)] as const;
    const holdsSteps = key === 'serial' || key === 'parallel' || key === 'steps';
    return [key, holdsSteps && Array.isArray(value) ? value.map((inner) => scaledStep(inner, time)) : value] as const;
  });
  return Object.fromEntries(members);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { duration } from '../duration.ts';
import type { Experiment, StopCondition } from '../experiment/experiment.ts';
import { share } from '../experiment/share.ts';

const LIMITS = ['successBelow', 'p95Above', 'healthBelow', 'cpuAbove', 'memoryAbove'] as const;

/** Limits that end every run of an engine, whatever its experiment says. Those of a probe hold for each probe. */
export const safetyStop = z
  .strictObject({
    successBelow: share.optional(),
    p95Above: duration.optional(),
    healthBelow: share.optional(),
    cpuAbove: share.optional(),
    memoryAbove: share.optional(),
    /** Window. Default 5 s. */
    over: duration.refine((value) => value > 0, 'expected more than 0 ms').default(5_000),
  })
  .refine((stop) => LIMITS.some((limit) => stop[limit] !== undefined), `expected at least one of ${LIMITS.join(', ')}`);

export type SafetyStop = z.output<typeof safetyStop>;

/**
 * The experiment with the engine's own limits beside those it has: once, also where it went through this before. Without a
 * probe nobody can see health or errors.
 */
export function withSafetyStops(experiment: Experiment, stops: readonly SafetyStop[]): Experiment {
  if (stops.length === 0) return experiment;
  const { probes } = experiment.steadyState;
  const added = stops.flatMap((stop): StopCondition[] => {
    const host = ofHost(stop, probes.length > 0);
    return [...(host === undefined ? [] : [host]), ...probes.flatMap(({ name }) => ofProbe(stop, name) ?? [])];
  });
  const isNew = (stop: StopCondition): boolean => !experiment.stopWhen.some((one) => isDeepStrictEqual(one, stop));
  return { ...experiment, stopWhen: [...experiment.stopWhen, ...added.filter(isNew)] };
}

function ofHost({ healthBelow, cpuAbove, memoryAbove, over }: SafetyStop, seen: boolean): StopCondition | undefined {
  const condition = {
    ...(healthBelow === undefined || !seen ? {} : { healthBelow }),
    ...(cpuAbove === undefined ? {} : { cpuAbove }),
    ...(memoryAbove === undefined ? {} : { memoryAbove }),
  };
  return Object.keys(condition).length === 0 ? undefined : { ...condition, over };
}

function ofProbe({ successBelow, p95Above, over }: SafetyStop, probe: string): StopCondition | undefined {
  if (successBelow === undefined && p95Above === undefined) return undefined;
  return {
    probe,
    ...(successBelow === undefined ? {} : { successBelow }),
    ...(p95Above === undefined ? {} : { p95Above }),
    over,
  };
}

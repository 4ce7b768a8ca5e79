import { isChaosError, plainMessage } from '../errors.ts';
import type { Experiment } from '../experiment/experiment.ts';
import { resolveObject } from '../experiment/template.ts';
import { type ExperimentValues, readValues } from '../experiment/values.ts';
import type { JsonObject } from '../json.ts';
import type { ExperimentPlan, PlannedStep } from './experiment-plan.ts';
import { obstaclesOf } from './obstacles.ts';
import type { PlanHost, PlanOptions } from './plan-host.ts';
import { withoutSecrets } from './plan-redaction.ts';
import { Planning } from './planning.ts';
import { scheduleOf } from './schedule.ts';
import { warningsFor } from './warnings.ts';

/**
 * The dry run: finds and picks the exact targets, lays the steps out in time, asks every fault whether it can and every
 * guard whether it may. Only reads. What stands in the way is part of the plan; it throws only when the experiment's
 * own values cannot be read (`CHAOS_CONFIGURATION_MISSING`) or planning is aborted.
 */
export async function planExperiment(
  experiment: Experiment,
  options: PlanOptions,
  host: PlanHost,
): Promise<ExperimentPlan> {
  const values = await readValues(experiment, host.variables);
  using _hidden = host.redactor.hide(values.secretValues);
  return withoutSecrets(await planned(experiment, values, options, host), host.redactor);
}

async function planned(
  experiment: Experiment,
  values: ExperimentValues,
  options: PlanOptions,
  host: PlanHost,
): Promise<ExperimentPlan> {
  const { baseline, recovery, maxDuration, steadyState } = experiment;
  const { acts, duration: method } = scheduleOf(experiment.faults);
  const planning = new Planning({ values, options, host, start: baseline, end: baseline + method });
  const steps: PlannedStep[] = [];
  for (const act of acts) {
    host.world.signal.throwIfAborted();
    steps.push(await planning.step(act));
  }
  const obstacles = [...badOptions(experiment, values, host), ...obstaclesOf(steps)];
  return {
    experiment: experiment.name,
    seed: options.seed,
    ready: obstacles.length === 0,
    obstacles,
    warnings: warningsFor({ experiment, steps, method, maxHold: host.maxHold }),
    lease: host.lease,
    phases: { baseline, method, recovery: recovery.within, maxDuration },
    probes: steadyState.probes.map(({ name, type, every, timeout }) => ({ name, type, every, timeout })),
    steps,
  };
}

/** Options of probes and load that were not checked by parsing because they contain templates. */
function badOptions(experiment: Experiment, values: ExperimentValues, { registry }: PlanHost): string[] {
  const scope = { ...values, outputs: {} };
  const resolved = (options: JsonObject): JsonObject => resolveObject(options, scope);
  const { load, steadyState } = experiment;
  return [
    ...steadyState.probes.flatMap((probe) =>
      complaints(`probe ${probe.name}`, () => registry.probeOptions(registry.probe(probe), resolved(probe.options))),
    ),
    ...(load === undefined
      ? []
      : complaints('load', () => registry.loadOptions(registry.load(load.type), resolved(load.options)))),
  ];
}

function complaints(what: string, check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (thrown) {
    if (!isChaosError(thrown)) throw thrown;
    return [`${what}: ${plainMessage(thrown)}`];
  }
}

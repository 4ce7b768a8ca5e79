import type { Experiment } from '../experiment/experiment.ts';
import { allSteps } from '../experiment/walk-steps.ts';
import type { PlannedFaultStep, PlannedStep } from './experiment-plan.ts';

export interface WarningFacts {
  readonly experiment: Experiment;
  readonly steps: readonly PlannedStep[];
  /** Milliseconds all steps take. */
  readonly method: number;
  readonly maxHold: number;
}

/** One line for each thing that is allowed and probably not meant. */
export function warningsFor(facts: WarningFacts): string[] {
  const lines = [...ofExperiment(facts), ...ofHolds(facts), ...ofOverlaps(facts.steps)];
  return [...new Set(lines)];
}

function* ofExperiment({ experiment, steps, method }: WarningFacts): Generator<string> {
  const { steadyState, secrets, baseline, maxDuration } = experiment;
  if (steadyState.probes.length === 0) {
    yield 'there is no probe: nothing is measured, so the verdict can only be inconclusive';
  }
  for (const [name, { from }] of Object.entries(secrets)) {
    if (from === 'literal')
      yield `secrets.${name} is written into the experiment: whoever reads it knows it; use env or file`;
  }
  if (baseline + method > maxDuration) {
    yield `baseline and steps take ${baseline + method} ms, the run is stopped after maxDuration ${maxDuration} ms`;
  }
  if (!steps.some((step) => step.kind === 'fault' && step.outcome.state !== 'skipped')) {
    yield 'no fault would be injected';
  }
}

function* ofHolds({ experiment, steps, maxHold }: WarningFacts): Generator<string> {
  for (const { step } of allSteps(experiment.faults)) {
    if (step.kind === 'fault' && (step.for ?? 0) > maxHold) {
      yield `${step.id}: for ${step.for} ms is cut to safety.maxHold ${maxHold} ms`;
    }
  }
  for (const step of steps) {
    if (step.kind !== 'fault' || step.outcome.state !== 'ready') continue;
    if (step.outcome.faults.some(({ hold }) => hold === 0)) {
      yield `${step.id}: nothing follows it and it has no \`for\`, so it is reverted as soon as it is proven`;
    }
  }
}

interface Held {
  readonly step: PlannedFaultStep;
  readonly until: number;
}

/** Faults that touch the same thing at the same time: the second one would be refused. */
function* ofOverlaps(steps: readonly PlannedStep[]): Generator<string> {
  const holders = new Map<string, Held>();
  for (const step of steps) {
    if (step.kind !== 'fault' || step.outcome.state !== 'ready') continue;
    for (const { touches, hold } of step.outcome.faults) {
      for (const resource of touches) {
        const holder = holders.get(resource);
        if (holder !== undefined && step.at < holder.until) {
          yield `${step.id} and ${holder.step.id} touch ${resource} at the same time: the later one would be refused`;
        }
        const until = Math.max(step.at + (hold ?? 0), holder?.until ?? 0);
        holders.set(resource, { step, until });
      }
    }
  }
}

import type { Redactor } from '../redaction/redactor.ts';
import type { ExperimentPlan, PlannedStep } from './experiment-plan.ts';

/** The plan without secrets. Part by part, because the redactor shortens what is larger than any log line should be. */
export function withoutSecrets(plan: ExperimentPlan, redactor: Redactor): ExperimentPlan {
  const { obstacles, warnings, steps, ...facts } = plan;
  return {
    ...redactor.copy(facts),
    obstacles: obstacles.map((line) => redactor.text(line)),
    warnings: warnings.map((line) => redactor.text(line)),
    steps: steps.map((step) => stepWithoutSecrets(step, redactor)),
  };
}

function stepWithoutSecrets(step: PlannedStep, redactor: Redactor): PlannedStep {
  if (step.kind !== 'fault' || step.outcome.state !== 'ready') return redactor.copy(step);
  const { outcome, ...facts } = step;
  const { faults, ...picking } = outcome;
  return {
    ...redactor.copy(facts),
    outcome: { ...redactor.copy(picking), faults: faults.map((fault) => redactor.copy(fault)) },
  };
}

import type { PlannedFault, PlannedStep } from './experiment-plan.ts';

/** One line for each thing because of which the run would fail or be refused. */
export function obstaclesOf(steps: readonly PlannedStep[]): string[] {
  return [...new Set(steps.flatMap(obstacles))];
}

function obstacles(step: PlannedStep): string[] {
  if (step.outcome.state === 'impossible') return [`${step.id}: ${step.outcome.reason}`];
  if (step.kind !== 'fault' || step.outcome.state !== 'ready') return [];
  return step.outcome.faults.flatMap((fault) => faultObstacles(fault).map((line) => `${step.id}: ${line}`));
}

function faultObstacles({ target, feasibility, opinions }: PlannedFault): string[] {
  const refused = opinions.flatMap((opinion) => {
    if (opinion.allowed) return [];
    const { rule, reason, value, limit, remedy } = opinion;
    const advice = remedy === undefined ? '' : `; ${remedy}`;
    return [`rule "${rule}" refuses ${target.name}: ${reason} (is ${value}, limit ${limit})${advice}`];
  });
  if (feasibility.possible) return refused;
  return [...refused, `impossible on ${target.name}: ${feasibility.reason}; ${feasibility.remedy}`];
}

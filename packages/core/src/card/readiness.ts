import type { ExperimentPlan } from '../plan/experiment-plan.ts';
import type { Card } from './card.ts';
import { type Inspector, inspect } from './inspect.ts';

/** One look is enough: a precondition must hold, not come to hold. */
const AT_ONCE = 0;

/** Why the drill cannot begin, or undefined. Looks and touches nothing. */
export async function unreadiness(
  inspector: Inspector,
  card: Card,
  plan: () => Promise<ExperimentPlan>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const looks = await inspect(inspector, card.preconditions, AT_ONCE, signal);
  const unmet = looks.find(({ health }) => health !== 'healthy');
  if (unmet !== undefined) {
    return `precondition ${unmet.probe} is ${unmet.health}: ${unmet.detail ?? 'no detail'}`;
  }
  return obstacle(card, await plan());
}

function obstacle({ blastRadius }: Card, { obstacles, steps }: ExperimentPlan): string | undefined {
  const [first] = obstacles;
  if (first !== undefined) return first;
  const targets = new Set(
    steps.flatMap((step) =>
      step.kind === 'fault' && step.outcome.state === 'ready'
        ? step.outcome.faults.map(({ target }) => `${target.kind}/${target.id}`)
        : [],
    ),
  );
  if (targets.size <= blastRadius.targets) return undefined;
  return `the faults would hit ${targets.size} targets, and the card allows ${blastRadius.targets}`;
}

import type { Step } from './experiment.ts';
import type { Path } from './problem.ts';

/** The steps directly inside a step, each with the path it was written at. */
export function childrenOf(step: Step, path: Path): { readonly step: Step; readonly path: Path }[] {
  if (step.kind !== 'serial' && step.kind !== 'parallel' && step.kind !== 'repeat') return [];
  const key = step.kind === 'repeat' ? 'steps' : step.kind;
  return step.steps.map((child, index) => ({ step: child, path: [...path, key, index] }));
}

/** Every step, outer ones first, with the path it was written at. */
export function* allSteps(
  steps: readonly Step[],
  path: Path = ['faults'],
): Generator<{ readonly step: Step; readonly path: Path }> {
  const pending = steps.map((step, index) => ({ step, path: [...path, index] as Path })).reverse();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    yield next;
    pending.push(...childrenOf(next.step, next.path).reverse());
  }
}

/** How many steps are carried out once repeats are unrolled. */
export function unrolledSize(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => {
    if (step.kind === 'serial' || step.kind === 'parallel') return sum + 1 + unrolledSize(step.steps);
    return sum + (step.kind === 'repeat' ? 1 + step.times * unrolledSize(step.steps) : 1);
  }, 0);
}

import type { Step } from './experiment.ts';
import type { WrittenStep } from './step-schema.ts';

/**
 * Gives every step its kind, and a name to those that have none: `step-2` for the second, `step-2-1` for the first
 * inside it. A written id that happens to be the same is found by the check for unique ids.
 */
export function numberSteps(steps: readonly WrittenStep[], prefix = 'step'): Step[] {
  return steps.map((step, index) => numberStep(step, `${prefix}-${index + 1}`));
}

function numberStep(step: WrittenStep, number: string): Step {
  const named = { id: step.id ?? number, ...(step.when === undefined ? {} : { when: step.when }) };
  if ('serial' in step) return { kind: 'serial', ...named, steps: numberSteps(step.serial, number) };
  if ('parallel' in step) return { kind: 'parallel', ...named, steps: numberSteps(step.parallel, number) };
  if ('delay' in step) return { kind: 'delay', ...named, delay: step.delay };
  if ('repeat' in step) {
    return { kind: 'repeat', ...named, times: step.repeat, steps: numberSteps(step.steps, number) };
  }
  if ('probe' in step) return { kind: 'probe', ...named, probe: step.probe };
  const held = step.for === undefined ? {} : { for: step.for };
  if ('load' in step) return { kind: 'load', ...named, ...step.load, ...held };
  const restart = step.onRestart === undefined ? {} : { onRestart: step.onRestart };
  return { kind: 'fault', ...named, type: step.type, target: step.target, params: step.params, ...held, ...restart };
}

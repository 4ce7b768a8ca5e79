import * as z from 'zod';
import { strict } from '../../experiment/zod-schema.ts';
import type { Json } from '../../json.ts';
import { onDemand } from '../../on-demand.ts';

const json = onDemand(() => z.custom<Json>((value) => value !== undefined));
const seconds = onDemand(() => z.number().min(0, { error: 'expected seconds >= 0' }));

/** Keys that say what only people or other programs could check. They are refused by name, never dropped. */
const INSTEAD: Readonly<Record<string, string>> = {
  success_criteria: 'say it as objectives of probes: experiment.steadyState.objectives',
  validation_criteria: 'say it as objectives of probes: experiment.steadyState.objectives',
  expected_outcomes: 'say it as `expect` of the experiment',
  abort_conditions: 'say it as stopWhen of the experiment',
  max_impact_threshold: 'say it as stopWhen of the experiment: { healthBelow }',
  continue_on_failure: 'a run whose step fails ends and reverts',
  cleanup_required: 'every fault is reverted and proven',
  estimated_recovery_time: 'say it as recovery.within of the experiment',
  prerequisites: 'say it in the description',
  documentation_url: 'say it in the description',
  target_components: 'name them in target_services',
};

/** A key that is known and cannot be taken over is answered with what to do instead. */
function refused(...keys: readonly string[]) {
  const members = keys.map((key) => {
    const complaint = `expected no such key here; ${INSTEAD[key]}`;
    return [key, z.never({ error: ({ input }) => (input === undefined ? undefined : complaint) }).optional()] as const;
  });
  return Object.fromEntries(members);
}

const step = onDemand(() =>
  strict({
    name: z.string().min(1),
    action_type: z.enum(['inject_fault', 'wait', 'validate', 'cleanup']),
    parameters: z.record(z.string(), json()).default({}),
    delay_before: seconds().default(0),
    delay_after: seconds().default(0),
    ...refused('validation_criteria', 'continue_on_failure'),
  }),
);

/** A scenario in the form with `action_type` and `injector_name`. Times are seconds. */
export const foreignScenario = onDemand(() =>
  strict({
    name: z.string().min(1),
    description: z.string().min(1),
    category: z.string().min(1),
    complexity: z.string().min(1),
    tags: z.array(z.string().min(1)).default([]),
    target_services: z.array(z.string().min(1)).default([]),
    steps: z.array(step()).min(1),
    /** Faults that nothing ends are held until then. */
    total_duration: seconds().optional(),
    ...refused(
      'success_criteria',
      'expected_outcomes',
      'abort_conditions',
      'max_impact_threshold',
      'cleanup_required',
      'estimated_recovery_time',
      'prerequisites',
      'documentation_url',
      'target_components',
    ),
  }),
);

export type ForeignScenario = z.output<ReturnType<typeof foreignScenario>>;
export type ForeignStep = z.output<ReturnType<typeof step>>;

/** Whether a scenario is written in that form. */
export function isForeign(scenario: unknown): boolean {
  if (typeof scenario !== 'object' || scenario === null || !('steps' in scenario)) return false;
  const steps: unknown = scenario.steps;
  return Array.isArray(steps) && steps.some((one) => typeof one === 'object' && one !== null && 'action_type' in one);
}

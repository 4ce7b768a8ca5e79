import type { ParameterInput, ScenarioInput } from '@bridge/chaos-core';

/** What a scenario with one target acts on. */
export const TARGET: ParameterInput = {
  type: 'target',
  description: 'what it is done to: { container: … }, { proxy: … } or { process: … }',
};

/** Looked at for half a minute before anything is done; users may be hit, and must be fine again for 10 s. */
const OBSERVED = { baseline: '30s', expect: 'recovered' } as const;
const HOLD = '10s';

type Judged = Pick<ScenarioInput, 'baseline' | 'recovery' | 'expect'>;

/** Fine again within 3 minutes: the limit for validating a recovery. */
export const VALIDATED: Judged = { ...OBSERVED, recovery: { within: '180s', hold: HOLD } };

/** Fine again within the time given by the parameter `within`. */
export const RECOVERED_WITHIN: Judged = { ...OBSERVED, recovery: { within: '${parameters.within}', hold: HOLD } };

/** That time: 5 minutes, the longest a recovery may take. */
export const WITHIN: ParameterInput = {
  type: 'duration',
  description: 'from the end of the fault until it is fine again',
  default: '300s',
};

/** How long a disturbance lasts. */
export const DURATION: ParameterInput = { type: 'duration', default: '60s' };

/** What tells one scenario from another. */
type About = Pick<ScenarioInput, 'name' | 'description' | 'category'>;

/** One disturbance of one target for a while, as strong as the parameter `profile` says. */
export function atAnyStrength(about: About, disturb: string): ScenarioInput {
  return {
    ...about,
    complexity: 'simple',
    parameters: { target: TARGET, profile: { type: 'profile', default: 'moderate' }, duration: DURATION },
    steps: [
      { disturb, profile: '${parameters.profile}', target: '${parameters.target}', for: '${parameters.duration}' },
    ],
    ...VALIDATED,
  };
}

import type { ParameterInput, ScenarioInput } from '@bridge/chaos-core';

/** What a scenario with one target acts on. */
export const TARGET: ParameterInput = {
  type: 'target',
  description: 'what it is done to: { container: … }, { proxy: … } or { process: … }',
};

/** Fine again within 3 minutes, the limit for validating a recovery. */
export const VALIDATED: Pick<ScenarioInput, 'recovery' | 'expect'> = {
  recovery: { within: '180s' },
  expect: 'recovered',
};

/** Users may be hit, and must be fine again. */
export const ANSWERS: Pick<ScenarioInput, 'expect'> = { expect: 'recovered' };

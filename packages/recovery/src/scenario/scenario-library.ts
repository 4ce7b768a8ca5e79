import { type DisturbanceInput, ScenarioLibrary } from '@bridge/chaos-core';
import { DEPENDENCY_DISTURBANCES } from './disturbance/dependency-disturbances.ts';
import { NETWORK_DISTURBANCES } from './disturbance/network-disturbances.ts';
import { RESOURCE_DISTURBANCES } from './disturbance/resource-disturbances.ts';
import { SERVICE_DISTURBANCES } from './disturbance/service-disturbances.ts';
import { CASCADE_SCENARIOS } from './library/cascade-scenarios.ts';
import { DEPENDENCY_SCENARIOS } from './library/dependency-scenarios.ts';
import { EXPERIMENT_SCENARIOS } from './library/experiment-scenarios.ts';
import { NETWORK_SCENARIOS } from './library/network-scenarios.ts';
import { PIPELINE_SCENARIOS } from './library/pipeline-scenarios.ts';
import { RESOURCE_SCENARIOS } from './library/resource-scenarios.ts';
import { SERVICE_SCENARIOS } from './library/service-scenarios.ts';
import { SCENARIO_SUITES } from './scenario-suites.ts';

/** Every disturbance of the built-in library. Fault types are those of `@bridge/chaos-injectors`. */
export const DISTURBANCES: readonly DisturbanceInput[] = [
  ...NETWORK_DISTURBANCES,
  ...RESOURCE_DISTURBANCES,
  ...SERVICE_DISTURBANCES,
  ...DEPENDENCY_DISTURBANCES,
];

/** The built-in scenarios and suites. Add your own with `scenarioLibrary().with(parseScenarios(text, SCENARIO_ALIASES))`. */
export function scenarioLibrary(): ScenarioLibrary {
  return new ScenarioLibrary({
    disturbances: DISTURBANCES,
    scenarios: [
      ...NETWORK_SCENARIOS,
      ...RESOURCE_SCENARIOS,
      ...SERVICE_SCENARIOS,
      ...DEPENDENCY_SCENARIOS,
      ...PIPELINE_SCENARIOS,
      ...CASCADE_SCENARIOS,
      ...EXPERIMENT_SCENARIOS,
    ],
    suites: SCENARIO_SUITES,
  });
}

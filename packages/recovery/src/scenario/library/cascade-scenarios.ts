import type { ScenarioInput } from '@bridge/chaos-core';
import { VALIDATED } from './shared-parts.ts';

/** Faults that follow from each other, as they do when a system fails for real. */
export const CASCADE_SCENARIOS: readonly ScenarioInput[] = [
  {
    name: 'cascading_failure',
    description: 'The database is slow, then the service that asks it is slow, then that one crashes.',
    category: 'integration',
    complexity: 'advanced',
    parameters: {
      database: { type: 'target', description: 'the database, or a proxy in front of it' },
      service: { type: 'target', description: 'a proxy in front of the service, or its container' },
      crashes: { type: 'target', description: 'the service itself: a container or a process' },
      step: { type: 'duration', description: 'until the next tier is hit', default: '30s' },
    },
    steps: [
      {
        parallel: [
          {
            id: 'slow_database',
            serial: [
              {
                disturb: 'network_delay',
                profile: 'moderate',
                target: '${parameters.database}',
                for: '${parameters.step}',
              },
              {
                disturb: 'network_delay',
                profile: 'severe',
                target: '${parameters.database}',
                for: '${parameters.step}',
              },
            ],
          },
          {
            id: 'slow_service',
            serial: [
              { delay: '${parameters.step}' },
              {
                disturb: 'network_delay',
                profile: 'moderate',
                target: '${parameters.service}',
                for: '${parameters.step}',
              },
            ],
          },
        ],
      },
      { id: 'crash', disturb: 'service_crash', target: '${parameters.crashes}' },
    ],
    ...VALIDATED,
  },
  {
    name: 'outage_during_slowness',
    description: 'One dependency is slow; while callers wait for it, another one is gone.',
    category: 'integration',
    complexity: 'advanced',
    parameters: {
      slow: { type: 'target', description: 'the dependency that is slow' },
      gone: { type: 'target', description: 'the one that is gone' },
      pause: { type: 'duration', description: 'of slowness alone, before the outage and after it', default: '30s' },
      outage: { type: 'duration', default: '30s' },
    },
    steps: [
      // Held until the last step is done.
      { id: 'slow', disturb: 'network_delay', profile: 'moderate', target: '${parameters.slow}' },
      { delay: '${parameters.pause}' },
      { id: 'outage', disturb: 'service_outage', target: '${parameters.gone}', for: '${parameters.outage}' },
      { delay: '${parameters.pause}' },
    ],
    ...VALIDATED,
  },
  {
    name: 'crash_under_stress',
    description: 'A service crashes while the processor is busy: starting again takes longer than usual.',
    category: 'integration',
    complexity: 'advanced',
    parameters: {
      stressed: { type: 'target', description: 'where the processor is busy: a container or a process' },
      crashes: { type: 'target', description: 'the service: a container or a process' },
      profile: { type: 'profile', description: 'of the stress', default: 'severe' },
      before: { type: 'duration', description: 'of stress before the crash', default: '30s' },
      after: { type: 'duration', description: 'of stress after it', default: '60s' },
    },
    steps: [
      // Held until the last step is done.
      { id: 'stress', disturb: 'cpu_stress', profile: '${parameters.profile}', target: '${parameters.stressed}' },
      { delay: '${parameters.before}' },
      { id: 'crash', disturb: 'service_crash', target: '${parameters.crashes}' },
      { delay: '${parameters.after}' },
    ],
    ...VALIDATED,
  },
];

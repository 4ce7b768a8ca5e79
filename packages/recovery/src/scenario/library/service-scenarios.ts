import type { ScenarioInput } from '@bridge/chaos-core';
import { TARGET, VALIDATED } from './shared-parts.ts';

export const SERVICE_SCENARIOS: readonly ScenarioInput[] = [
  {
    name: 'service_crash',
    description: 'A service ends without a word: whoever supervises it starts it again.',
    category: 'service',
    complexity: 'simple',
    parameters: { target: TARGET },
    steps: [{ id: 'crash', disturb: 'service_crash', target: '${parameters.target}' }],
    ...VALIDATED,
  },
  {
    name: 'service_restart',
    description: 'A service is restarted as in a deployment: nothing should be lost.',
    category: 'service',
    complexity: 'simple',
    parameters: { target: TARGET },
    steps: [{ id: 'restart', disturb: 'service_restart', target: '${parameters.target}' }],
    ...VALIDATED,
  },
  {
    name: 'service_pause',
    description: 'A service stands still and answers nothing, and then goes on.',
    category: 'service',
    complexity: 'simple',
    parameters: { target: TARGET, duration: { type: 'duration', default: '30s' } },
    steps: [{ id: 'pause', disturb: 'service_pause', target: '${parameters.target}', for: '${parameters.duration}' }],
    ...VALIDATED,
  },
  {
    name: 'repeated_crashes',
    description: 'A service crashes again and again: back-off of its supervisor is under test.',
    category: 'service',
    complexity: 'moderate',
    parameters: {
      target: TARGET,
      times: { type: 'integer', default: 3, min: 1, max: 100 },
      pause: { type: 'duration', description: 'between two crashes', default: '30s' },
    },
    steps: [
      {
        repeat: '${parameters.times}',
        steps: [
          { id: 'crash', disturb: 'service_crash', target: '${parameters.target}' },
          { delay: '${parameters.pause}' },
        ],
      },
    ],
    ...VALIDATED,
  },
];

import type { ScenarioInput } from '@bridge/chaos-core';
import { VALIDATED } from './shared-parts.ts';

/** Scenarios for pipelines: a source, a queue, workers that take from it. */
export const PIPELINE_SCENARIOS: readonly ScenarioInput[] = [
  {
    name: 'slow_source',
    description: 'The source of a pipeline is slow.',
    category: 'pipeline',
    complexity: 'simple',
    parameters: {
      source: { type: 'target', description: 'the source, or a proxy in front of it' },
      delay: { type: 'duration', default: '200ms' },
      duration: { type: 'duration', default: '60s' },
    },
    steps: [
      {
        id: 'delay',
        disturb: 'network_delay',
        target: '${parameters.source}',
        with: { delay: '${parameters.delay}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  },
  {
    name: 'malformed_source',
    description: 'Answers of the source lack a field: what comes after must refuse them, not pass them on.',
    category: 'pipeline',
    complexity: 'simple',
    parameters: {
      source: { type: 'target', description: 'an HTTP proxy in front of the source' },
      field: { type: 'text', description: 'JSON pointer of the field' },
      duration: { type: 'duration', default: '60s' },
    },
    steps: [
      {
        id: 'malformed',
        disturb: 'malformed_answers',
        target: '${parameters.source}',
        with: { field: '${parameters.field}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  },
  {
    name: 'worker_crash',
    description: 'A share of the workers crashes; the others go on and nothing is lost.',
    category: 'pipeline',
    complexity: 'complex',
    parameters: { workers: { type: 'target', description: 'all workers, with the pick that crashes' } },
    steps: [{ id: 'crash', disturb: 'service_crash', target: '${parameters.workers}' }],
    ...VALIDATED,
  },
  {
    name: 'backpressure',
    description: 'All workers stand still: the queue grows, must not lose anything, and is worked off afterwards.',
    category: 'pipeline',
    complexity: 'complex',
    parameters: {
      workers: { type: 'target', description: 'all workers' },
      duration: { type: 'duration', default: '60s' },
    },
    steps: [{ id: 'stall', disturb: 'service_pause', target: '${parameters.workers}', for: '${parameters.duration}' }],
    ...VALIDATED,
  },
];

import type { ScenarioInput } from '@bridge/chaos-core';
import { atAnyStrength, DURATION, RECOVERED_WITHIN, TARGET, VALIDATED, WITHIN } from './shared-parts.ts';

export const NETWORK_SCENARIOS: readonly ScenarioInput[] = [
  latency({
    name: 'network_latency_light',
    description: 'The way to a service is a little slow: nobody should notice.',
    profile: 'light',
    delay: '100ms',
    jitter: '20ms',
  }),
  latency({
    name: 'network_latency_severe',
    description: 'The way to a service is as slow as is allowed at all: time-outs and queues are under test.',
    profile: 'severe',
    delay: '2000ms',
    jitter: '400ms',
  }),
  atAnyStrength(
    { name: 'bandwidth_limit', description: 'Little fits through the way to a service.', category: 'network' },
    'bandwidth_limit',
  ),
  atAnyStrength(
    {
      name: 'packet_loss',
      description: 'Packets are lost by chance: retries and pools are under test.',
      category: 'network',
    },
    'packet_loss',
  ),
  {
    name: 'network_partition',
    description: 'A share of the nodes and the rest cannot reach each other; a probe asks whether they still agree.',
    category: 'network',
    complexity: 'complex',
    parameters: {
      nodes: { type: 'target', description: 'all nodes: containers, or a proxy in front of each' },
      ratio: { type: 'share', description: 'of the nodes, on one side', default: 0.5 },
      duration: { type: 'duration', default: '60s' },
      seed: { type: 'integer', description: 'which nodes', default: 1, min: 0 },
      consensus: { type: 'probe', description: 'healthy while the nodes agree' },
      within: WITHIN,
    },
    steadyState: {
      hypothesis: 'nodes that were cut off agree with the others again',
      probes: ['${parameters.consensus}'],
    },
    steps: [
      {
        id: 'partition',
        disturb: 'network_partition',
        target: '${parameters.nodes}',
        with: { ratio: '${parameters.ratio}', seed: '${parameters.seed}' },
        for: '${parameters.duration}',
      },
    ],
    ...RECOVERED_WITHIN,
  },
];

interface Latency extends Pick<ScenarioInput, 'name' | 'description'> {
  readonly profile: 'light' | 'severe';
  readonly delay: string;
  readonly jitter: string;
}

function latency({ profile, delay, jitter, ...about }: Latency): ScenarioInput {
  return {
    ...about,
    category: 'network',
    complexity: 'simple',
    parameters: {
      target: TARGET,
      delay: { type: 'duration', default: delay },
      jitter: { type: 'duration', default: jitter },
      duration: DURATION,
    },
    steps: [
      {
        disturb: 'network_delay',
        profile,
        target: '${parameters.target}',
        with: { delay: '${parameters.delay}', jitter: '${parameters.jitter}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  };
}

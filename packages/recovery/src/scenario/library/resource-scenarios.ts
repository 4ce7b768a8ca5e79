import type { ScenarioInput } from '@bridge/chaos-core';
import { atAnyStrength, TARGET, VALIDATED } from './shared-parts.ts';

export const RESOURCE_SCENARIOS: readonly ScenarioInput[] = [
  {
    name: 'cpu_stress_progressive',
    description: 'A service gets less and less of the processor: light, moderate, severe, one after the other.',
    category: 'compute',
    complexity: 'moderate',
    parameters: {
      target: TARGET,
      load: { type: 'share', description: 'of each core, at the end', default: 0.95 },
      duration: { type: 'duration', description: 'of each stage', default: '60s' },
    },
    steps: [
      {
        id: 'light',
        disturb: 'cpu_stress',
        profile: 'light',
        target: '${parameters.target}',
        for: '${parameters.duration}',
      },
      {
        id: 'moderate',
        disturb: 'cpu_stress',
        profile: 'moderate',
        target: '${parameters.target}',
        for: '${parameters.duration}',
      },
      {
        id: 'severe',
        disturb: 'cpu_stress',
        profile: 'severe',
        target: '${parameters.target}',
        with: { load: '${parameters.load}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  },
  {
    name: 'memory_pressure',
    description: 'Memory runs out little by little beside a service.',
    category: 'compute',
    complexity: 'simple',
    parameters: {
      target: TARGET,
      level: { type: 'size', description: 'taken in the end', default: '256MiB' },
      ramp: { type: 'duration', description: 'until then', default: '30s' },
      duration: { type: 'duration', default: '60s' },
    },
    steps: [
      {
        disturb: 'memory_leak',
        profile: 'moderate',
        target: '${parameters.target}',
        with: { level: '${parameters.level}', ramp: '${parameters.ramp}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  },
  {
    name: 'disk_space_exhaustion',
    description: 'The disk of a container fills up.',
    category: 'storage',
    complexity: 'simple',
    parameters: {
      target: TARGET,
      folder: { type: 'text', description: 'inside the container', default: '/tmp' },
      bytes: { type: 'size', default: '512MiB' },
      duration: { type: 'duration', default: '60s' },
    },
    steps: [
      {
        disturb: 'disk_fill',
        target: '${parameters.target}',
        with: { folder: '${parameters.folder}', bytes: '${parameters.bytes}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  },
  atAnyStrength(
    { name: 'disk_io_throttle', description: 'The disk of a container is slow.', category: 'storage' },
    'io_delay',
  ),
  {
    name: 'connection_exhaustion',
    description: 'Others hold the connections of a service.',
    category: 'service',
    complexity: 'simple',
    parameters: {
      target: TARGET,
      port: { type: 'integer', description: 'of the service', min: 1, max: 65_535 },
      connections: { type: 'integer', default: 100, min: 1 },
      duration: { type: 'duration', default: '60s' },
    },
    steps: [
      {
        disturb: 'connection_exhaustion',
        target: '${parameters.target}',
        with: { port: '${parameters.port}', connections: '${parameters.connections}' },
        for: '${parameters.duration}',
      },
    ],
    ...VALIDATED,
  },
];

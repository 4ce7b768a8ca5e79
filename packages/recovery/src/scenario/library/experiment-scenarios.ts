import type { ParameterInput, ScenarioInput } from '@bridge/chaos-core';
import { RECOVERED_WITHIN, WITHIN } from './shared-parts.ts';

/** One run is at most half an hour. */
const LONG = { ...RECOVERED_WITHIN, maxDuration: '30m' };
const pause: ParameterInput = { type: 'duration', description: 'rest between two faults', default: '60s' };

/** Three experiments of between 10 and 30 minutes, each made of faults of one kind with rests in between. */
export const EXPERIMENT_SCENARIOS: readonly ScenarioInput[] = [
  {
    name: 'basic-container-chaos',
    description: 'A service that is not critical is paused, restarted and killed.',
    category: 'service',
    complexity: 'moderate',
    parameters: {
      target: { type: 'target', description: 'a container or a process that may be killed' },
      duration: { type: 'duration', description: 'of the pause', default: '4m' },
      pause: { ...pause, default: '3m' },
      within: WITHIN,
    },
    steps: [
      { id: 'pause', disturb: 'service_pause', target: '${parameters.target}', for: '${parameters.duration}' },
      { delay: '${parameters.pause}' },
      { id: 'restart', disturb: 'service_restart', target: '${parameters.target}' },
      { delay: '${parameters.pause}' },
      { id: 'kill', disturb: 'service_crash', target: '${parameters.target}' },
    ],
    ...LONG,
  },
  {
    name: 'network-chaos',
    description: 'The way between services is slow, loses packets, is narrow, and then gone.',
    category: 'network',
    complexity: 'complex',
    parameters: {
      target: { type: 'target', description: 'a container, or a proxy on the way' },
      duration: { type: 'duration', description: 'of each fault', default: '3m' },
      pause,
      within: WITHIN,
    },
    steps: [
      {
        id: 'latency',
        disturb: 'network_delay',
        profile: 'moderate',
        target: '${parameters.target}',
        for: '${parameters.duration}',
      },
      { delay: '${parameters.pause}' },
      {
        id: 'loss',
        disturb: 'packet_loss',
        profile: 'moderate',
        target: '${parameters.target}',
        for: '${parameters.duration}',
      },
      { delay: '${parameters.pause}' },
      {
        id: 'bandwidth',
        disturb: 'bandwidth_limit',
        profile: 'moderate',
        target: '${parameters.target}',
        for: '${parameters.duration}',
      },
      { delay: '${parameters.pause}' },
      { id: 'partition', disturb: 'no_answer', target: '${parameters.target}', for: '${parameters.duration}' },
    ],
    ...LONG,
  },
  {
    name: 'resource-stress',
    description: 'Processor, memory and disk become scarce, one after the other, then the first two together.',
    category: 'compute',
    complexity: 'moderate',
    parameters: {
      target: { type: 'target', description: 'a container or a process' },
      disk: { type: 'target', description: 'the container whose disk fills up; none without it', optional: true },
      level: { type: 'size', description: 'of memory', default: '256MiB' },
      bytes: { type: 'size', description: 'of disk', default: '512MiB' },
      duration: { type: 'duration', description: 'of each stage', default: '3m' },
      pause,
      within: WITHIN,
    },
    steps: [
      {
        id: 'cpu',
        disturb: 'cpu_stress',
        profile: 'moderate',
        target: '${parameters.target}',
        for: '${parameters.duration}',
      },
      { delay: '${parameters.pause}' },
      {
        id: 'memory',
        disturb: 'memory_leak',
        target: '${parameters.target}',
        with: { level: '${parameters.level}' },
        for: '${parameters.duration}',
      },
      { delay: '${parameters.pause}' },
      {
        id: 'disk',
        disturb: 'disk_fill',
        target: '${parameters.disk}',
        with: { bytes: '${parameters.bytes}' },
        for: '${parameters.duration}',
      },
      {
        parallel: [
          {
            id: 'cpu_again',
            disturb: 'cpu_stress',
            profile: 'moderate',
            target: '${parameters.target}',
            for: '${parameters.duration}',
          },
          {
            id: 'memory_again',
            disturb: 'memory_leak',
            target: '${parameters.target}',
            with: { level: '${parameters.level}' },
            for: '${parameters.duration}',
          },
        ],
      },
    ],
    ...LONG,
  },
];
